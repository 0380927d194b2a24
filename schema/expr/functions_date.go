package expr

import "math"

func dateFunctions() map[string]function {
	return map[string]function{
		"today":             {0, 0, true, buildToday},
		"now":               {0, 0, true, buildNow},
		"date":              {1, 1, true, buildDate},
		"date-time":         {1, 1, true, buildDate},
		"decimal-date-time": {1, 1, true, buildDecimalDate},
		"decimal-time":      {1, 1, true, buildDecimalTime},
		"format-date":       {2, 2, true, buildFormatDate},
		"format-date-time":  {2, 2, true, buildFormatDate},
	}
}

// These functions are impure in the compiler's sense: they depend on the zone of the Env.

func buildToday(c *compiler, _ *call, _ []code) (code, *Error) {
	c.clock = max(c.clock, Daily)
	return ofText(func(f *Frame) string { return f.Env.Now().Format("2006-01-02") }), nil
}

func buildNow(c *compiler, _ *call, _ []code) (code, *Error) {
	c.clock = Momentary
	return ofText(func(f *Frame) string { return momentAt(f.Env.Now()).String() }), nil
}

// buildDate is date() and date-time(), which the peers treat alike: a time of day is kept where there
// is one. What is no date gives "".
func buildDate(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string {
		m, ok := toMoment(a[0].value(f), zoneOf(f))
		if !ok {
			return ""
		}
		m.timed = m.clock != 0
		return m.String()
	}), nil
}

func buildDecimalDate(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofNumber(func(f *Frame) float64 {
		m, ok := toMoment(a[0].value(f), zoneOf(f))
		if !ok {
			return math.NaN()
		}
		return m.days()
	}), nil
}

func buildDecimalTime(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofNumber(func(f *Frame) float64 {
		millis, offset, located, ok := parseClock(a[0].text(f))
		if !ok {
			return math.NaN()
		}
		if located {
			_, here := f.Env.Now().Zone()
			millis += here*1000 - offset*60000
		}
		return math.Mod(float64(millis)/dayMillis+2, 1) // an offset may lead into the day before
	}), nil
}

func buildFormatDate(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string {
		m, ok := toMoment(a[0].value(f), zoneOf(f))
		if !ok {
			return ""
		}
		return formatMoment(m, a[1].text(f))
	}), nil
}
