// Package export turns interviews into records that other systems read.
//
// HTCDS 2.0 (IOM, CC BY 4.0) is the record: the codes of its picklists as they stand there, fields of this
// program that it lacks under names with x_, each described in [Extensions]. No field of HTCDS is mandatory.
//
// What never leaves: free text (narrative), names and contact unless asked for (identity, which the person
// has to have agreed to), the form of address, and "others are held there" (which with place and date would
// point at somebody). An age is never turned into a birthday. Missing reasons travel as what they are.
package export
