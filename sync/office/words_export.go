package main

import (
	"errors"

	"leeward/internal/office/casework"
	"leeward/internal/office/export"
	"leeward/internal/seal"
)

const usageExport = `Usage: leeward-office export -data DIR -as SHAPE -scope SCOPE -purpose TEXT -to NAME -key KEY -o FILE [flags]
       leeward-office export list -data DIR    what left the office: when, for whom, for what
       leeward-office export key -o FILE       make a key: on the machine of the person who gets exports
       leeward-office export open FILE -key FILE -o FILE.zip     open an export there

Hands data over to one named person, for one purpose, of people who agreed to that. The file is a ZIP file,
sealed to the person's key (age reads it, too). What leaves stands in the register, in the audit log,
and the head of that in the office's log, before the file is written.

  -as SHAPE               htcds-json     records of HTCDS 2.0
                          htcds-csv      the same as tables: people, events, plans
                          ctdc           one person a row, categories only, for tools that make synthetic data
                          answers-csv    coded answers, with value labels: read.do for Stata, read.R for R
                          answers-xlsx   the same as a workbook
  -scope SCOPE            statistics     people who agreed to be counted, de-identified, by years
                          health, shelter, psychosocial, legal, child_protection, labour
                                         one person who agreed that such a helper is told (htcds only)
  -from YEAR, -until YEAR for statistics: years in which the office first knew of the people
  -case CODE              for a helper: the code of the case
  -finding WORD           for ctdc: possible or actual (default actual)
  -lang TAG               language of labels (default en)
  -purpose TEXT           what it is for, in one sentence; it is kept
  -to NAME                who gets it; it is kept
  -key KEY                the person's public key, age1pq1…, or a file with it
  -clear                  do not seal: the file can be read by whoever finds it. The register says so
  -o FILE                 where to write it; must not be there yet
  -json                   answer in JSON
  -passphrase-file FILE   needed only while serve is not running

Police, embassies and families get nothing this way: a supervisor refers, when the person asks for it.
`

const (
	msgExportFile = "The file cannot be written. "
	msgExportOpen = "The export cannot be opened. "
	msgOtherKey   = "The export is sealed to another key. Open it with the key whose public half the office was given, or let the office make it anew for this one. "
	msgExportKey  = "The key cannot be used. "
)

const exportText = `Export %d: %d people in %s, %d bytes, for %s.
%sIt stands in the register, and in the office's log as entry %d.
`

const exportLeft = "%d people are not in it: they did not agree, or their questionnaire is not known here.\n"

const exportClear = "It is NOT sealed. Carry it on an encrypted disk, and delete it here.\n"

const exportKeyText = `Keep %s where only you can read it: it opens what is sealed to you, and nobody can make it again.
Give the office this public key, by a way on which nobody can change it:
%s
`

// exportAdvice says what to do about what an export refused; wrong says that it was asked for wrongly.
var exportAdvice = []struct {
	err   error
	wrong bool
	say   string
}{
	{export.ErrShape, true, "-as takes htcds-json, htcds-csv, ctdc, answers-csv or answers-xlsx"},
	{export.ErrScope, true, "-scope says to what the people agreed: statistics, or the kind of helper who gets one person's record; police, embassies and families go by a supervisor's referral"},
	{export.ErrOne, true, "a helper gets one person's record: give -case CODE, and -as htcds-json or htcds-csv"},
	{export.ErrMany, true, "an export for statistics takes -from YEAR and -until YEAR, in order, and no -case"},
	{export.ErrPurpose, true, "-purpose says what it is for: 10 to 200 characters on one line"},
	{export.ErrTo, true, "-to names the one person who gets it: 2 to 100 characters on one line"},
	{export.ErrKey, true, "-key takes the public key (age1pq1…) of the person who gets it, or a file with it; they make one with \"leeward-office export key\". Without a key say -clear: then whoever finds the file reads it"},
	{export.ErrFinding, true, "-finding takes possible or actual; the two are never added up"},
	{export.ErrNobody, false, "Nothing was exported: a person has to agree to it first. "},
	{export.ErrTooMany, false, "Nothing was exported: take fewer years at once, or -as ctdc. "},
	{seal.ErrTooLarge, false, "Nothing was exported: take fewer years at once. "},
	{casework.ErrNotFound, false, "Nothing was exported: there is no case with that code, or its person took it back. "},
	{casework.ErrChanged, false, "Nothing was exported: people withdrew while it was made. Try again. "},
}

// exportRefusal puts an error of an export into words where there are some.
func exportRefusal(err error) error {
	for _, a := range exportAdvice {
		switch {
		case !errors.Is(err, a.err):
		case a.wrong:
			return usageError(a.say)
		default:
			return &mishap{a.say, a.err}
		}
	}
	return err
}
