// Package invented makes the cases of a demonstration: people who do not exist, over years, countries, languages and
// outcomes, the same for the same seed. Nothing is taken from real data; the distributions are made up so that every
// row of every report has something in it.
//
// # Distributions
//
//	years       ten, each with a tenth more cases than the one before; within a year evenly
//	sex         55 % f, 41 % m, 1 % x, 3 % unknown
//	age         12 % under 18 (evenly 5 to 17), else 18 to 60 with a mean of about 29; 4 % unknown
//	route       one of eighteen, the first most often (Zipf with exponent 1); 25 % within one country
//	form        labour 52 %, sexual 23 %, forced crime 12 %, servitude 6 %, begging 4 %, marriage 2 %, other 1 %; 9 % a second one
//	sector      of labour: fishing 22 %, construction 20 %, domestic work 19 %, farming 15 %, factories 12 %, services 9 %, unknown 3 %
//	means       one to five of seventeen, debt, papers and threats most often
//	children    none 45 %, one or two 30 %, three or more 15 %, unknown 10 %
//	finding     possible 55 %, determined 20 %, undetermined 13 %, no sign 8 %, none yet 4 %
//	counted     82 % agreed to be counted
//	language    by nationality; a tenth in another one
//	status      of the last 60 days open; before that closed 62 %, referred 20 %, follow-up 18 %
//	needs       of the last 60 days: none 40 %, else one to three, a fifth of them red; those older than a week are met, but for a tenth
package invented
