// Package session is one interview in progress: what may be answered now, what is on the disk, where
// the talk stands. It knows no widget and no SQL; the screens call it, and it calls the form engine and
// a [Keeper].
//
// # What may reach the disk
//
// A session starts in memory. Nothing of it is handed to the keeper before the questionnaire's consent
// holds: the person agreed to talk, and agreed to have answers kept. From then on every answer is on
// the disk before [Session.Answer] returns, and an answer that could not be saved is never taken for one
// that is: it waits, the screen shows it as not saved, and the talk does not move on.
//
// Somebody who asks to be counted only is interviewed from memory; at the end there is one number more
// and nothing else. A missing answer to a question of consent is the most protective choice
// (screening outline, consent_missing).
//
// Whatever ends a talk early asks nothing: [Session.Stop] keeps what is saved, [Session.StopAndErase] and
// [Session.Withdraw] leave nothing, [Session.Abandon] ends a talk of which nothing was kept.
//
// # Use
//
// A Session belongs to one goroutine, the one of the user interface, and has no locks. Saving is
// synchronous: a call returns when the disk has answered. Print or log a Session freely; it shows only
// its id and how it stands.
package session
