// Package fieldtest holds what the tests of both ends of the road stand on: the keys of one invented office and of its
// devices, an office's records and a device's outbox in memory. Records and Outbox are written from the comments of
// intake.Ledger, intake.Register and courier.Outbox alone, so that they are a second reading of those rules. Only tests
// import it.
package fieldtest
