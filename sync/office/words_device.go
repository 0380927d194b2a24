package main

import "leeward/internal/office/casework"

const usageDevice = `Usage: leeward-office device COMMAND -data DIR [flags]

  device list             every device: state, when it was last heard of, what came from it and what did not
  device show DEVICE      one device, and what can be done
  device waiting          enrolment codes that are out, and the devices that ask to be let in, with their eight words
  device admit            let in the device whose screen shows the words that you type: let the person who holds it
                          read them to you, on a line that you trust. If no device asks with them, somebody stands between
  device refuse CODE      turn away what asks with a code, or take back a code that nobody used; CODE as "device waiting"
                          names it
  device lost DEVICE      the device is lost, stolen or handed back: its trust ends now, and what never came is said
  device revoke DEVICE    the same under another name; so is "leeward-office revoke", which says more with -h
  device release DEVICE   count what is held of a revoked device because nothing vouches for it; with -sure let all of it
                          be opened: you have reason to believe that the device was in good hands when it was made

DEVICE is its id, or at least its first six digits. Every enrolment of a device has a line of its own. A device that is
here and has to enrol again, with new keys, gets its code from "leeward-office enrol -device DEVICE".

  -words "..."            for admit: the eight words; asked for if left out
  -sure                   for release: do it
  -json                   answer in JSON: {"devices":[{"device","epoch","state","app","enrolled","seen",
                          "words","batches","interviews","news","missing"}]}; waiting {"waiting":[{"code","made",
                          "expires","asked","app","device","admitted","words"}]}; release {"device","batches",
                          "copies","first","last","released"}
  -passphrase-file FILE   needed only while serve is not running
`

const (
	msgDeviceCommand  = "device takes one of list, show, waiting, admit, refuse, lost, revoke and release, then flags"
	msgRevokedForGood = "this device was revoked: it cannot enrol again; enrol it as a new one (what it holds is handed in with \"leeward-office receive\")"
	msgAgain          = "-device takes at least six digits of one device's id, and makes one code"
	msgCodeDigits     = "device refuse takes a code as \"device waiting\" names it: at least its first six digits"
	msgManyCodes      = "more than one code begins so: give more digits"
	msgNoCode         = "No code that is out begins so. \"device waiting\" lists them. "
	msgAskedAgain     = "The device asked anew, or its code ran out, while you typed. Look at its words again. "
	msgNobodyAsks     = "No device asks with these words. If they were typed as the device shows them, and \"device waiting\" shows other ones, somebody stands between you and the device: refuse that code and make another. "
	waitingNone       = "No enrolment code is out, and no device waits.\n"
	waitingHead       = "code\tgood until (UTC)\tstate\teight words"
	waitingUnasked    = "nobody has asked with it; its words will have to be compared"
	waitingOpen       = "nobody has asked with it; who does is let in"
	waitingAsks       = "asks since %s UTC"
	waitingAdmitted   = "let in; the device has not come for its answer"
	waitingAgain      = ", for device %s again"
	waitingAdvice     = `
Let the person who holds the device read its eight words to you. The same ones: leeward-office device admit.
Other ones: leeward-office device refuse CODE, and make another code.
`
	admittedText = "The device (program %s) is let in by code %s: it gets its answer when it asks next, within a minute while it waits.\n"
	refusedText  = "Whoever asks with this code is refused.\n"
	heldNone     = "Nothing of device %s is held.\n"
	heldAsk      = `Of device %s wait %d batches and %d recovery copies, which came from %s to %s (UTC).
Nobody can read them. To let all of them be opened, say so with -sure; the log will name it. One by one: the page Arrivals.
`
	heldReleased = `Of device %s were let go: %d batches and %d recovery copies, which came from %s to %s (UTC).
They are opened now. The device stays revoked, and what comes of it later is held again.
`
	deviceHead = "device\tenrolment\tstate\tlast heard of\tbatches\tinterviews\tmissing"
	deviceText = `device       %s
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
