package main

const usageReport = `Usage: leeward-office report [TABLE] -data DIR [flags]

Makes tables of counts that identify nobody, of people who agreed to be counted. The years -from to -to
are released once, all tables together, and kept in the register; years that overlap a release
are refused, because two counts of the same people could be subtracted from each other. Without years it shows
what was released. TABLE is T1, T3 to T11, T11-sex, T11-type, T15-education, T15-economy, T15-marital, T15-children,
T18, T18-site or T18-month;
all are shown without it.

  -from YEAR, -to YEAR    years in which the office first knew of the people; they must be over
  -finding WORD           possible or actual only; the two are never added up
  -as text|csv|xlsx|pdf   how to write tables; no cell acts as a formula
  -o FOLDER               for xlsx and pdf: a new folder, in which each table gets a file
  -json                   answer in JSON, with every table
  -passphrase-file FILE   needed only while serve is not running
`

const msgReportFolder = "The tables cannot be written there. "
