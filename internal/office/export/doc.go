// Package export hands what people said over to others who work with it: as records that other systems read, as coded
// answers, or in classes. [Office.Make] is the one way out: people who agreed to the scope of the export, a purpose, a
// named person to whose key the file is sealed, and the register before the file.
//
// HTCDS 2.0 (IOM, CC BY 4.0) is the record: the codes of its picklists as they stand there, fields of this
// program that it lacks under names with x_, each described in [Extensions]. No field of HTCDS is mandatory.
//
// What never leaves: free text (narrative), names and contact unless asked for (identity, which the person
// has to have agreed to), the form of address, and "others are held there" (which with place and date would
// point at somebody). An age is never turned into a birthday. Missing reasons travel as what they are. For statistics a
// record is under a code of its own, in an order by chance, with no date finer than a year ([Statistics]); a helper whom
// the person chose gets the record of that one person, without anybody's judgement.
package export
