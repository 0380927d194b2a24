package expr_test

import (
	"fmt"

	"leeward/schema/expr"
)

func ExampleCompile() {
	w := newWorld() // a Scope with the questions ${a}, ${dob} …
	p, err := expr.Compile("int((today() - ${dob}) div 365.25) < 18", w)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Boolean(w.frame()))
	// Output: true
}

func ExampleError() {
	_, err := expr.Compile("${a} = 1 AND ${b} = 'yes'", newWorld())
	fmt.Println(err)
	// Output: at 9: an operator should stand here, not AND; did you mean and?
}
