package dashboard

// reportWords is the words of the page of reports.
var reportWords = map[string]string{
	"frame.reports":           "Reports",
	"report.title":            "Reports",
	"report.lead":             "Counts that identify nobody, of people who agreed to be counted.",
	"report.years":            "Years",
	"report.table":            "Table",
	"report.finding":          "Of",
	"report.finding.possible": "possible victims",
	"report.finding.actual":   "actual victims",
	"report.show":             "Show",
	"report.row":              "Row",
	"report.chart":            "A bar for each row, as long as its total. The table that follows has the same numbers; a row that is not told has no bar.",
	"report.empty.title":      "Nothing was released yet",
	"report.empty.text":       "Release some years below; all tables of them are made together.",
	"report.release.title":    "Release years",
	"report.release.text":     "All tables of these years are counted now and kept as they are. It happens once and cannot be undone: a second count of the same people could be subtracted from the first. The years must be over.",
	"report.release.button":   "Release",
	"report.from":             "From year",
	"report.to":               "To year",
	"report.problem.period":   "The years must be in order, and over. Nothing was released.",
	"report.problem.overlap":  "People of these years stand in a release already. Nothing was released; choose years that were not.",
}
