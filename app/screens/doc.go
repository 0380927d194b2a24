// Package screens is what a screener sees: one file a screen, one exported constructor for all of them.
//
// A screen is a view: what it shows, where the keyboard begins, and which keys it understands. Screens
// hold no answers; an interview is a [leeward/app/session.Session], and everything that lasts is asked of
// the device through the small interfaces in device.go. Words come from translations, in the language of
// the program; what is asked comes from the questionnaire, in the languages of the interview.
//
// Everything here runs on Fyne's goroutine, except what work does: opening the vault and talking to the
// office take seconds, and come back with fyne.Do.
package screens
