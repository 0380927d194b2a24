package expr_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"leeward/schema/expr"
)

func TestOperators(t *testing.T) {
	table(t, newWorld(), `
		1 + 2 * 3 => 7
		(1 + 2) * 3 => 9
		8 div 2 - 4 => 0
		5 mod -3 => 2
		-5 mod 3 => -2
		- - 3 => 3
		-10 *-11 => 110
		5+4+1+-1+-4 => 5
		1 div 0 => Infinity
		.5 + 5. => 5.5
		'' + 1 => NaN
		1 < 2 < 3 => true()
		3 > 2 > 1 => false()
		'05' = 5 => true()
		'5.0' = '5' => false()
		'abc' = 'ABC' => false()
		'' = 0 => false()
		'' != 0 => true()
		'a' != 1 => true()
		'0' = true() => true()
		'b' > 'a' => false()
		'2024-01-02' > '2024-01-01' => true()
		'' < 1 => false()
		'' >= '' => false()
		true() and 'false' => true()
		true() and '' => false()
		0 or '' => false()
		true() or false() and false() => true()
		1 = 1 = true() => true()
		not(1 = 2) => true()
		'1'div '1' => 1
	`)
}

func TestNumbersAsTexts(t *testing.T) {
	table(t, newWorld(), `
		string(1) => '1'
		string(-0) => '0'
		string(1.50) => '1.5'
		string(0.1 + 0.2) => '0.30000000000000004'
		string(0.0000001) => '0.0000001'
		string(1230000000000000000000) => '1230000000000000000000'
		string(1 div 0) => 'Infinity'
		string(0 div 0) => ''
		concat(0 div 0, 'y') => 'y'
		string-length(0 div 0) => 0
		number('1e3') => NaN
		number('0x10') => NaN
		number(' ') => NaN
		number('1,5') => NaN
		number('+5') => 5
		number(' 5. ') => 5
		number('--5') => NaN
		number('1970-01-02') => 1
		number('2024-02-30') => NaN
		number(true()) => 1
	`)
}

func TestFunctions(t *testing.T) {
	table(t, newWorld(), `
		selected('', '') => true()
		selected('a', '') => false()
		selected('ab abc', 'abc') => true()
		selected('abc', 'ab') => false()
		selected('xab ab', 'ab') => true()
		selected('aa', 'a') => false()
		selected('a b', 'a b') => false()
		selected(${list}, ' green ') => true()
		selected-at(${list}, 1) => 'green'
		selected-at(${list}, 3) => ''
		selected-at(${list}, -1) => ''
		count-selected(${list}) => 3
		count-selected('') => 0
		if(${a} > 2, 'big', 0) => 'big'
		if('', 5, 6) => 6
		coalesce(${blank}, '', ${name}) => 'Nilar'
		coalesce(int(''), 'none') => 'none'
		coalesce(' ', 'x') => ' '
		once('x') => '3'
		string-length('ကျွန်တော်') => 9
		string-length() => 1
		regex('12', '[0-9]') => false()
		regex('12', '^[0-9]{2}$') => true()
		regex('a|b', 'a|b') => false()
		regex('နီလာ', '\p{L}[\p{L}\p{M}]*') => true()
		contains('', '') => true()
		starts-with('abc', 'ab') => true()
		ends-with('abc', 'ab') => false()
		concat('a', 1, true()) => 'a1true'
		concat(${age}) => '41730'
		join('-', 'a', '', 'c') => 'a--c'
		join(' ', ${age}) => '4 17 30'
		substr('hello', 1, 3) => 'el'
		substr('hello', -3) => 'llo'
		substr('hello', 3, 1) => ''
		substring('12345', 2, 3) => '234'
		substring('12345', 0, 3) => '12'
		substring('12345', 1.5, 2.6) => '234'
		substring('12345', 0 div 0, 3) => ''
		substring-before('a-b', '-') => 'a'
		substring-after('a-b', '-') => 'b'
		substring-after('ab', 'c') => ''
		translate('bar', 'abc', 'AB') => 'BAr'
		translate('banana', 'aa', 'ox') => 'bonono'
		normalize-space('  a   b ') => 'a b'
		int(-1.7) => -1
		int('') => NaN
		round(2.5) => 3
		round(-2.5) => -3
		round(1234, -2) => 1200
		round(1.005, 2) => 1
		floor(-1.5) => -2
		ceiling(1.2) => 2
		abs(-3) => 3
		pow(2, 10) => 1024
		pow('', 0) => NaN
		min(3, 1, 2) => 1
		max() => NaN
		max(1, '') => NaN
		sum(${age}) => 51
		max(${age}) => 30
		count(${age}) => 3
		count(${blank}) => 1
		count-non-empty(${blank}) => 0
		boolean('0') => true()
		boolean(0) => false()
		boolean-from-string('true') => true()
		boolean-from-string('yes') => false()
		checklist(1, 2, ${a} = 3, ${a} = 4) => true()
		weighted-checklist(5, -1, ${a} = 3, 6, true(), -2) => false()
		jr:choice-name(${b}, '${b}') => 'Yes, please'
		jr:choice-name('nobody', ' /data/b ') => ''
		digest('abc', 'MD5', 'hex') => '900150983cd24fb0d6963f7d28e17f72'
		digest('', 'SHA-256') => '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
		pi() => 3.141593
	`)
}

func TestReferencesAndNodeSets(t *testing.T) {
	w := newWorld()
	w.hidden["name"] = true // not relevant
	table(t, w, `
		. => '3'
		${ a } + 1 => 4
		../b => 'yes'
		/data/b => 'yes'
		current()/../b => 'yes'
		string(..) => ''
		${name} = '' => true()
		count(${name}) => 0
		${blank} => ''
		not(${blank}) => true()
		${b} and true() => true()
		${age} => '4'
		${age} > 18 => true()
		${age} < 4 => false()
		${age} = 17 => true()
		${age} != 17 => true()
		${age} = ${a} => false()
		${child}[age < 18]/age => '4'
		count(${child}[age < 18]) => 2
		sum(${child}[age > 4]/age) => 47
		${child}[2]/age => '17'
		${child}[position() = last()]/age => '30'
		${child}[age > ${a}][1]/age => '4'
		count(${child}[age = 99]/age) => 0
		boolean(${child}[age = 99]) => false()
		position(${child}[age = 30]) => 3
		indexed-repeat(${age}, ${child}, 2) => '17'
		indexed-repeat(${age}, ${child}, 9) => ''
		count(${age} | ${a}) => 4
	`)
}

func TestDates(t *testing.T) {
	w := newWorld()
	table(t, w, `
		today() => '2026-01-15'
		now() => '2026-01-15T10:20:30.400+00:00'
		int((today() - ${dob}) div 365.25) => 17
		date('2024-1-5') => '2024-01-05'
		date('2024-02-30') => ''
		date('') => ''
		date(-10252) => '1941-12-07'
		date(1.5) => '1970-01-02T12:00:00.000+00:00'
		date-time('2012-07-24') = date('2012-07-24') => true()
		'2020-01-31' + 1 = date('2020-02-01') => true()
		decimal-date-time('2018-04-24T15:30:00.000+06:00') => 17645.395833
		decimal-time('06:00:00.000-00:00') => 0.25
		decimal-time('25:00') => NaN
		format-date('2026-03-09', '%Y %y %m %n %b %d %e %a %Q %') => '2026 26 03 3 Mar 09 9 Mon %Q %'
		format-date-time('2026-03-09T07:05:04.030Z', '%H %h %M %S %3') => '07 7 05 04 030'
		format-date('', '%Y') => ''
	`)
	w.zone = time.FixedZone("", 6*3600+1800)
	table(t, w, `
		now() => '2026-01-15T16:50:30.400+06:30'
		decimal-date-time('2026-01-15') => 20468
		decimal-date-time('2026-01-14T18:00:00Z') => 20468.020833
		date('2026-01-14T18:00:00Z') => '2026-01-15T00:30:00.000+06:30'
		decimal-time('06:00:00.000Z') => 0.520833
		'2026-01-14T18:00:00Z' + 1 => 20469.020833
		number(concat('2026-01-14T18:00:', '00Z')) => 20468.020833
	`)
}

func TestStored(t *testing.T) {
	w := newWorld()
	for src, want := range map[string]string{
		"int('')": "", "1 div 0": "Infinity", "2 * 3.5": "7", "${a} = 3": "true", "${name}": "Nilar", "if(false(), 1, 0 div 0)": "",
	} {
		if got := w.compile(t, src).Text(w.frame()); got != want {
			t.Errorf("%s stores %q, want %q", src, got, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		src     string
		offset  int
		message string // a part of it
		suggest string
	}{
		{"", 0, "nothing", ""},
		{"${a} == 3", 5, "==", "="},
		{"${a} <> 3", 5, "<>", "!="},
		{"${a} AND ${b}", 5, "operator", "and"},
		{"${a} = 3 Or true()", 9, "operator", "or"},
		{"TRUE()", 0, "no function TRUE()", "true()"},
		{"NOT(${a} = 1)", 0, "no function", "not()"},
		{"selcted(${a}, 'x')", 0, "no function selcted()", "selected()"},
		{"${a} && ${b}", 5, "&&", "and"},
		{"!(${a})", 0, "!", "not(…)"},
		{"7 % 2", 2, "%", "mod"},
		{"6 / 2", 2, "operator", ""},
		{"${နီလာ} = “x”", 10, "“", "\""},
		{"'open", 0, "does not end", ""},
		{"${a", 0, "without }", ""},
		{"(1", 2, "ends", ""},
		{"1 +", 3, "ends", ""},
		{"if(1, 2)", 0, "3 arguments, not 2", ""},
		{"${nobody}", 0, "there is no ${nobody}", ""},
		{"regex(., '(')", 9, "pattern", ""},
		{"//*", 0, "a value", ""},
		{"child::a", 0, "axes", ""},
		{"sum(3)", 4, "adds up nodes", "+"},
		{"position()", 0, "needs a node", "position(..)"},
		{"jr:choice-name(., 'x y')", 18, "in quotes", "'${name}'"},
		{"1e21", 1, "operator", ""},
		{"difference-in-months(1, 2)", 0, "no function", ""},
		{strings.Repeat("(", 300) + "1", 200, "deep", ""},
		{strings.Repeat("1+", 20000) + "1", expr.MaxLength, "longer", ""},
	} {
		_, err := expr.Compile(c.src, newWorld())
		var got *expr.Error
		if !errors.As(err, &got) {
			t.Errorf("Compile(%.40q): got %v, want an *expr.Error", c.src, err)
			continue
		}
		if got.Offset != c.offset || got.Suggest != c.suggest || !strings.Contains(got.Message, c.message) {
			t.Errorf("Compile(%.40q): got %d %q suggest %q, want %d …%s… suggest %q",
				c.src, got.Offset, got.Message, got.Suggest, c.offset, c.message, c.suggest)
		}
	}
}

func TestWhatOtherProgramsKnow(t *testing.T) {
	table(t, newWorld(), `
		//a => '3'
		//a + 1 => 4
		${last-saved#a} => ''
		${last-saved#a} = '' => true()
		regex('Abc1', '^(?=.*[A-Z])(?=.*[0-9]).{4,}$') => true()
		regex('abc1', '^(?=.*[A-Z])(?=.*[0-9]).{4,}$') => false()
		regex('none', '^(?!none$)[a-z]+$') => false()
		regex('nones', '^(?!none$)[a-z]+$') => true()
		regex('a(b', '(?=a[(]b)a.b') => true()
		regex('xx', '(x)\1') => true()
		base64-decode('aGVsbG8=') => 'hello'
		base64-decode('aGVsbG8') => 'hello'
		base64-decode('*') => ''
		geofence('1 1 0 0', '0 0 0 0;0 2 0 0;2 2 0 0;2 0 0 0;0 0 0 0') => true()
		geofence('3 1 0 0', '0 0 0 0;0 2 0 0;2 2 0 0;2 0 0 0;0 0 0 0') => false()
		geofence('', '0 0;0 2;2 2') => false()
	`)
	for _, src := range []string{"${last-saved#a}", `regex(., '^(x)\1$')`, "regex(., '^a(?<=a)$')"} {
		if r := newWorld().compile(t, src).Remarks(); len(r) != 1 {
			t.Errorf("Remarks of %s: got %v, want one", src, r)
		}
	}
}

func TestReadsAndRemarks(t *testing.T) {
	w := newWorld()
	p := w.compile(t, "regex(${b}, 'y.*') or ../name = /data/b or . = once(1) or ${child}[age = ${dob}]")
	var want []expr.Target
	for _, name := range []string{"b", "name", "dob", "child"} {
		target, err := w.Named(name)
		if err != nil {
			t.Fatal(err)
		}
		want = append(want, target)
	}
	want = slices.Insert(want, 2, tItsAge)
	if got := p.Reads(); !slices.Equal(got, want) {
		t.Errorf("Reads: got %v, want %v, each once", got, want)
	}
	if !p.ReadsSelf() {
		t.Error("ReadsSelf is false for an expression with .")
	}
	if r := p.Remarks(); len(r) != 1 || r[0].Offset != 12 {
		t.Errorf("Remarks: got %v, want one at 12 about the pattern", r)
	}
	if !w.compile(t, " ${a} ").Bare() || w.compile(t, "${a} = 1").Bare() {
		t.Error("Bare does not tell a lone reference from a comparison")
	}
}

func TestComputed(t *testing.T) {
	for src, want := range map[string]bool{
		"today()": true, "${a}": true, "4*4": true, "1 + ${a}": true, "if(${a}, 1, 2)": true, "-3": false, "yes": false,
		"yes or no": false, "some-thing": false, "N/A": false, "none (0)": false, "Mr. X's": false, "3": false, "'quoted'": false,
	} {
		if got := expr.Computed(src); got != want {
			t.Errorf("Computed(%q): got %t, want %t", src, got, want)
		}
	}
}

func TestRandomStaysPut(t *testing.T) {
	w := newWorld()
	f := w.frame()
	if a, b := w.compile(t, "random()").Number(f), w.compile(t, "random()").Number(f); a != b || a < 0 || a >= 1 {
		t.Errorf("random(): got %v and %v, want the same number in [0, 1)", a, b)
	}
	if id := w.compile(t, "uuid()").Text(f); len(id) != 36 || id[14] != '4' {
		t.Errorf("uuid(): got %q, want a version 4", id)
	}
}
