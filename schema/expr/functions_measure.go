package expr

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"math"
	"strings"
	"unicode/utf8"
)

// measureFunctions are the ones that forms rarely use: digests and the measures of lines and areas.
func measureFunctions() map[string]function {
	return map[string]function{
		"digest":        {2, 3, false, buildDigest},
		"base64-decode": {1, 1, false, buildBase64},
		"distance":      measure(lengthOf),
		"area":          measure(areaOf),
		"geofence":      {2, 2, false, buildGeofence},
	}
}

// buildDigest is digest(text, algorithm, encoding); base64 is the default encoding.
func buildDigest(_ *compiler, s *call, a []code) (code, *Error) {
	if !a[1].constant || len(a) == 3 && !a[2].constant {
		return code{}, fail(s.position(), "digest() needs its algorithm and encoding in quotes")
	}
	sum, ok := map[string]func(b []byte) []byte{
		"MD5":     func(b []byte) []byte { d := md5.Sum(b); return d[:] },
		"SHA-1":   func(b []byte) []byte { d := sha1.Sum(b); return d[:] },
		"SHA-256": func(b []byte) []byte { d := sha256.Sum256(b); return d[:] },
		"SHA-384": func(b []byte) []byte { d := sha512.Sum384(b); return d[:] },
		"SHA-512": func(b []byte) []byte { d := sha512.Sum512(b); return d[:] },
	}[a[1].text(nil)]
	if !ok {
		return code{}, fail(s.args[1].position(), "digest() knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512")
	}
	encode := base64.StdEncoding.EncodeToString
	if len(a) == 3 && a[2].text(nil) == "hex" {
		encode = hex.EncodeToString
	} else if len(a) == 3 && a[2].text(nil) != "base64" {
		return code{}, fail(s.args[2].position(), "digest() knows the encodings base64 and hex")
	}
	return ofText(func(f *Frame) string { return encode(sum([]byte(a[0].text(f)))) }), nil
}

// buildBase64 decodes a text; what is no base64 of a text gives "".
func buildBase64(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofText(func(f *Frame) string {
		b, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.Trim(a[0].text(f), space), "="))
		if err != nil || !utf8.Valid(b) {
			return ""
		}
		return string(b)
	}), nil
}

// buildGeofence is geofence(point, shape): whether the point lies inside, on the map as it is drawn. What
// is no point or no shape of three corners lies nowhere.
func buildGeofence(_ *compiler, _ *call, a []code) (code, *Error) {
	return ofBoolean(func(f *Frame) bool {
		at, ok := points(f, a[:1])
		shape, ok2 := points(f, a[1:])
		if !ok || !ok2 || len(at) != 1 || len(shape) < 3 {
			return false
		}
		inside := false
		for i, p := range shape {
			q := shape[(i+1)%len(shape)]
			if (p.lat > at[0].lat) != (q.lat > at[0].lat) && at[0].lon < (q.lon-p.lon)*(at[0].lat-p.lat)/(q.lat-p.lat)+p.lon {
				inside = !inside
			}
		}
		return inside
	}), nil
}

// earth is the radius that the peers use, in metres.
const earth = 6378100

type point struct{ lat, lon float64 } // radians

// points reads "lat lon alt acc; …", in degrees.
func points(f *Frame, args []code) ([]point, bool) {
	var out []point
	for _, s := range texts(f, args) {
		for part := range strings.SplitSeq(strings.TrimRight(s, "; "), ";") {
			field := items(part)
			if len(field) < 2 {
				return nil, false
			}
			lat, lon := number(f, field[0]), number(f, field[1])
			if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) {
				return nil, false
			}
			out = append(out, point{lat * math.Pi / 180, lon * math.Pi / 180})
		}
	}
	return out, true
}

// measure makes a function over points, rounded to two decimals as the peers do.
func measure(fn func([]point) float64) function {
	return function{1, -1, false, func(_ *compiler, _ *call, a []code) (code, *Error) {
		return ofNumber(func(f *Frame) float64 {
			p, ok := points(f, a)
			if !ok {
				return math.NaN()
			}
			return math.Round(fn(p)*100) / 100
		}), nil
	}}
}

func lengthOf(p []point) float64 {
	total := 0.0
	for i := 1; i < len(p); i++ {
		a, b := p[i-1], p[i]
		h := math.Pow(math.Sin((b.lat-a.lat)/2), 2) + math.Cos(a.lat)*math.Cos(b.lat)*math.Pow(math.Sin((b.lon-a.lon)/2), 2)
		total += 2 * earth * math.Asin(math.Sqrt(h))
	}
	return total
}

func areaOf(p []point) float64 {
	if len(p) < 3 {
		return 0
	}
	total := 0.0
	for i := range p {
		a, b := p[i], p[(i+1)%len(p)]
		total += (b.lon - a.lon) * (2 + math.Sin(a.lat) + math.Sin(b.lat))
	}
	return math.Abs(total * earth * earth / 2)
}
