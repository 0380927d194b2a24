package main

import (
	"fmt"
	"time"

	"leeward/internal/office/casework"
	"leeward/internal/vault"
)

const usagePublish = `Usage: leeward-office publish WHAT -data DIR [flags] [FILE]

Puts out to all devices what new interviews are held with. Each device takes it with its next sync, or from a stick
that "leeward-office carry" wrote. Nothing is taken from a device that is in the middle of an interview: a draft stays
with the questionnaire that it was begun with.

  publish questionnaire FILE   an XLSForm workbook (.xlsx) or our JSON; it has to name its consent step
  publish policy FILE          JSON: {"lock_minutes": 3, "keep_hours": 24, "hide": "leaflet"}; what is left out, people choose
  publish directory FILE       JSON: {"help": [{"needs": ["medical"], "name": {"en": "Quay Clinic"}, "phone": "+999 2",
                               "hours": {"en": "8 to 22"}}]}: who helps here, on the action card
  publish words LANG FILE      JSON: {"app.back.button": "…"}: other words of the program in one language
  publish back WHAT [NAME]     takes a questionnaire (by its id), the policy, the directory or words (by language) back
  publish list                 what is out, and how many devices have it

  -json                        answer in JSON: {"bulletin","made","documents":[{"kind","name","label","version","bytes","ref"}]}
  -passphrase-file FILE        needed only while serve is not running
`

const usageOrder = `Usage: leeward-office order COMMAND [flags]

What can destroy something on a device is an order to that one device, signed by two holders of root keys.

  order new -data DIR -o ORDER DEVICE ACT     writes an order that nobody has signed
  order sign -key ROOT.vault ORDER            shows what it does, and puts a holder's signature under it; each holder
                                              does so where the key is. No office is needed
  order send -data DIR ORDER                  hands it to the device with its next sync, or stick
  order list -data DIR                        what was ordered, and what the devices say of it

ACT is one of
  wipe                    the keys of the device are destroyed. What is sealed stays, and can be handed in
  tries N                 N wrong passphrases in a row destroy that passphrase; 0 for never
  lease DAYS|off          after so many days (14 to 365) without this office, what it has is not readable on the device any more
  front on|off            people may make a passphrase that opens an empty device; with off, what is there goes
  front-destroys on|off   opening that front destroys what is behind it

  -days N                 how long the order is good for, 1 to 365 (default 30)
  -json                   answer "order list" in JSON
  -key-passphrase-file F  the holder's six words, on one line; asked for if left out
  -passphrase-file FILE   of the office; needed only while serve is not running

A demonstration has no root keys, and gives no orders.
`

const (
	msgPublishCommand = "publish takes one of questionnaire, policy, directory, words, back and list, then flags"
	msgPublishName    = "name what it is: words by their language, a questionnaire to take back by its id"
	msgPublishFile    = "name the one file to publish"
	msgUnfit          = "Devices could not use it; nothing was published.\n   "
	msgNotOut         = "That is not out. \"leeward-office publish list\" shows what is. "
	msgNoConsentStep  = "it does not say which question asks for consent: settings, leeward_consent and leeward_consent_yes"

	msgOrderCommand     = "order takes one of new, sign, send and list, then flags"
	msgOrderNew         = "-o FILE is needed, and -days must be 1 to 365"
	msgOrderAct         = "name a device by the first digits of its id, at least 6, and what it shall do: wipe, tries N (0, or from 5), lease DAYS (14 to 365) or off, front on|off, front-destroys on|off"
	msgOrderSign        = "-key FILE is needed, the vault of a holder, and the one order to sign"
	msgOrderSend        = "name the one order to send"
	msgOrderWrite       = "The order cannot be written. "
	msgBadOrder         = "That is no order that this office can send: two of its root keys have to stand under it, for a device that it knows. "
	msgHolderKey        = "That vault holds no root key. "
	msgHolderPassphrase = "The six words of this key's holder: "
)

const (
	nothingOut = "Nothing is published. Devices use the questionnaire that their program brings along.\n"
	newsHead   = "bulletin %d of %s; %d of %d devices said to have it\n"
	newsLine   = "%-14s %-32s since bulletin %-4d %8d bytes, on %d of %d devices\n"

	orderDrafted = "%s\nis in %s. Two holders of root keys sign it: leeward-office order sign -key root-1.vault ORDER\n"
	orderShown   = "You are asked to sign:\n%s\n"
	orderHalf    = "Signed. One more holder has to sign %s.\n"
	orderWhole   = "Signed. %s can be sent: leeward-office order send\n"
	orderSent    = "%s\nwaits for the device. \"leeward-office order list\" says what came of it.\n"
	orderHead    = "device\tenrolment\torder\tuntil\twhat the device said"
)

var orderStates = map[casework.OrderState]string{
	casework.OrderWaiting: "nothing yet", casework.OrderBegun: "begun: it has no key left to say more with",
	casework.OrderDone: "done", casework.OrderRefused: "refused",
}

// said is an order in a sentence.
func said(o vault.Order) string {
	return fmt.Sprintf("  device     %s\n  enrolment  %d\n  order      %s\n  until      %s", o.Device, o.Epoch, what(o.Act, o.Value), o.Until.Format(time.DateOnly))
}

func what(act vault.Act, value uint64) string {
	onOff := map[uint64]string{0: "off", 1: "on"}[value]
	switch act {
	case vault.ActWipe:
		return "wipe: destroy its keys"
	case vault.ActLimit:
		if value == 0 {
			return "tries 0: wrong passphrases destroy nothing"
		}
		return fmt.Sprintf("tries %d: so many wrong passphrases in a row destroy that passphrase", value)
	case vault.ActLease:
		if value == 0 {
			return "lease off: copies stay as long as the policy says"
		}
		return fmt.Sprintf("lease %d: after so many days without this office, what it has is not readable there any more", value)
	case vault.ActFront:
		return "front " + onOff
	case vault.ActFrontEnds:
		return "front-destroys " + onOff
	}
	return "unknown"
}
