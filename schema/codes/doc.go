// Package codes holds the code lists that questionnaires and records lean on: countries (ISO 3166-1) and
// languages (BCP 47) with the names that people read, a search in all of those names that forgives slips, and
// the fields and picklists of HTCDS 2.0 with ISIC and ISCED among them (htcds/README.md: source and licence).
//
// The names come from golang.org/x/text, which carries CLDR 32 of 2017. That release prints names that
// countries have since given up, knows nothing of several languages of the region, and answers French
// for Haitian Creole and Turkish for Kurdish without saying so. The tables in this package correct all
// three: [Country.Name] never answers in a language that was not asked for without naming the language
// that it used.
//
// Everything here is a pure function of its input.
package codes
