// Package casework is the vocabulary of the regional office: what arrived, what a reviewer is shown of
// it, who the office's people are and what they looked at.
//
// It holds types and their plainest rules. The engine that keeps them is internal/office/engine, the
// pages that show them are internal/office/dashboard; neither knows the other.
package casework
