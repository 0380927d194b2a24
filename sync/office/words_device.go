package main

import "leeward/internal/office/casework"

const usageDevice = `Usage: leeward-office device COMMAND -data DIR [flags]

  device list            every device: state, when it was last heard of, what came from it and what did not
  device show DEVICE     one device, and what can be done
  device lost DEVICE     the device is lost, stolen or handed back: its trust ends now, and what never came is said
  device revoke DEVICE   the same under another name; so is "leeward-office revoke"

DEVICE is its id, or at least its first six digits. Every enrolment of a device has a line of its own.

  -json                   answer in JSON: {"devices":[{"device","epoch","state","app","enrolled","seen",
                          "words","batches","interviews","news","missing"}]}
  -passphrase-file FILE   needed only while serve is not running
`

const (
	msgDeviceCommand  = "device takes one of list, show, lost and revoke, then flags"
	msgRevokedForGood = "this device was revoked: it cannot enrol again; enrol it as a new one (what it holds is handed in with \"leeward-office receive\")"
	msgAgain          = "-device takes at least six digits of one device's id, and makes one code"
	deviceHead        = "device\tenrolment\tstate\tlast heard of\tbatches\tinterviews\tmissing"
	deviceText        = `device       %s
enrolment    %d
state        %s
program      %s
enrolled     %s
eight words  %s
last heard   %s
batches      %d
interviews   %d
never came   %s
%s
`
)

// deviceAdvice says what can be done about a device in a state.
var deviceAdvice = map[casework.DeviceStatus]string{
	casework.DeviceActive:   "If it is lost: leeward-office revoke. If it was copied or put back: leeward-office enrol -device. If its person forgot the passphrase: leeward-office recover -h.",
	casework.DeviceReplaced: "It enrolled again; the next line is in use. What this one had told of is still taken, by stick too.",
	casework.DeviceRevoked:  "It is refused on the network. Its outbox folder can be handed in with \"leeward-office receive\".",
}
