package main

const usageQuestions = `Usage: leeward-office questions -data DIR -year YEAR [flags]

Says, once a year, what became of every question: how many people answered it, declined or did not know, or were not
asked; how many of those who answered were referred to a service; and what an answer leads to. "need" opens the
action card, "indicator" counts for an indicator, "record" goes into the case record that services and exports get,
"asks" decides what else is asked, "consent" is the person's agreement. A question that is used for nothing that the
program knows of may still protect the person, or help who asks it: talk about it with them. One that nobody needs is a
burden to the person and a risk when it is kept, and should go.

It counts people who agreed to be counted, of one year that is over. Numbers are rounded down to a multiple of 11.

  -year YEAR              in which the office first knew of the people
  -json                   answer in JSON: {"questions":[{"path","code","answered","declined","left","referred","uses"}]}
  -passphrase-file FILE   needed only while serve is not running
`

const (
	msgUnknownForm = "Somebody was asked with a questionnaire that this office does not know: make it known with \"leeward-office form keep FILE\". "
	msgYearOver    = "-year names a year that is over: one that goes on would be counted twice"
	questionsHead  = "code\tquestion\tanswered\tdeclined\tnot asked\treferred\tused for"
)
