// Package xlsform reads XLSForm workbooks into questionnaires, and writes questionnaires back.
//
// [Read] takes the bytes of an .xlsx file and collects everything that is wrong with it, each with
// sheet, row, column and a hint: an author mends a workbook in one round, not in twenty. Errors keep a
// workbook from being imported, warnings do not. The rules are those of XLSForm and pyxform; FORMAT.md
// of package schema says where Leeward differs and why.
//
// The reader is bounded: a workbook of a few kilobytes that unpacks to gigabytes is refused, and so is
// a sheet that never ends.
package xlsform
