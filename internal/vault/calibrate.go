package vault

import (
	"time"
)

// unlockTime is how long a try at a passphrase is meant to take on the machine where the vault is made: as long as
// a person will wait, and so long for everybody who tries.
const unlockTime = time.Second

// calibrated are parameters that make a try take about [unlockTime] here: memory and threads of [DefaultKDF], never
// fewer passes than its, and as many more as the machine is fast. A machine that is busy just now gets fewer than
// it could have, never too few. since is time.Since, but for tests.
func calibrated(since func(time.Time) time.Duration) KDF {
	k := DefaultKDF
	stretching <- struct{}{} // one at a time: each takes 64 MiB
	start := time.Now()
	argon2id([]byte("calibration"), make([]byte, 32), k.Time, k.Memory, k.Threads, keySize)
	took := max(since(start), time.Millisecond)
	<-stretching
	k.Time = uint32(min(max(int64(k.Time)*int64(unlockTime)/int64(took), int64(k.Time)), maxPasses))
	return k
}
