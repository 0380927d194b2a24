package main

// Words of the commands for translators.

const usageTranslate = `Usage: leeward-office translate COMMAND

Commands for those who translate the screening interview; they need no office:
  export -lang TAG -o FILE        a pack for a translator, as .xlsx or .po by the name of FILE, and beside it
                                  FILE-preview.html, where each question can be seen as it stands
  import -lang TAG -dir DIR FILE  take a pack back into DIR/text/TAG.json. Refuses what lost a placeholder
                                  or markup, and what skips a state; lists what is missing, stale or too long
  status                          how far each language is

  -dir DIR                the folder with structure.json and text (default: what this program was
                          built with)
  -role ROLE              import: who brings the texts: translator (default), reviewer, office
  -json                   import, status: answer in JSON. status: {"languages":{"km":{"strings",
                          "missing","stale","draft","reviewed","approved"}}}
`

const (
	msgTranslateCommand  = "translate wants one of: export, import, status"
	msgTranslateExport   = "translate export wants -lang and -o"
	msgTranslateImport   = "translate import wants -lang and -dir"
	msgTranslateFormat   = "a pack is a file named .xlsx or .po"
	msgTranslateSource   = "The texts of the interview cannot be read."
	msgTranslatePack     = "The pack cannot be read."
	msgTranslateExported = "wrote %s and %s\n"
	msgTranslateImported = "%d new, %d changed, %d refused, %d missing, %d stale, %d too long\n"
)
