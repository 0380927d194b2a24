// Package dashboard is the office's pages: sign in, the interviews that arrived, one interview in both
// languages, the devices. The server writes plain HTML; no page needs or contains a script.
//
// # Order of the walls
//
// A request passes, in this order: the security headers, the check against forged forms
// ([http.CrossOriginProtection]), the session, and only then a page. [Dashboard.routes] is the one list
// of pages; a page that does not say that it is open needs a session, and a test walks the list.
//
// # What it keeps out
//
// Lists hold neutral codes, never a word of what a person said and never a judgement about them. What a
// respondent said is shown on one page only, and each look at it is written to the audit log before the
// page is sent. Nothing is cached: every answer to a request says so.
package dashboard
