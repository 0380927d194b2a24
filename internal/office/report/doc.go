// Package report makes tables of counts that identify nobody, from the coded facts of cases.
//
// # Protection
//
// All tables of a period are made at once, as a Book, and the register of books (Admit) refuses a period that
// overlaps one already released: no two books count the same person, so none can be subtracted from another.
//
// Within a book: a class (a row or a column) with 1 to k-1 people is pooled with the other small ones, and then with
// the next larger one until the pool holds k. What is pooled depends on the totals of that one attribute alone, so
// every table of the same people pools alike. Totals of rows and columns are thus 0 or at least k, and all printed.
// A cell with 1 to k-1 people is hidden, and with it as many others as are needed so that, from the printed
// totals and cells, it could have at least k different values. A cell that is hidden looks the same for both reasons.
//
// # What is not made
//
// No table names a place within a country, a month or a free text; there is no way to cross more than the two
// attributes that a table names. People who did not agree to be counted are in no number, not even a denominator.
// Possible and determined victims have tables of their own and are never added up.
package report
