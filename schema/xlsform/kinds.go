package xlsform

import (
	"regexp"
	"strings"

	"leeward/schema"
)

// kinds maps XLSForm's types, their aliases and the prompts of old workbooks to kinds.
var kinds = map[string]schema.Kind{
	"text": schema.TextKind, "string": schema.TextKind, "phone number": schema.TextKind, "get phone number": schema.PhoneNumber, "url": schema.TextKind,
	"add text prompt": schema.TextKind, "q string": schema.TextKind,
	"integer": schema.Integer, "int": schema.Integer, "add integer prompt": schema.Integer, "q int": schema.Integer, "percentage": schema.Integer,
	"decimal": schema.Decimal, "add decimal prompt": schema.Decimal, "q decimal": schema.Decimal,
	"date": schema.Date, "add date prompt": schema.Date, "q date": schema.Date,
	"time": schema.Time, "q time": schema.Time,
	"datetime": schema.DateTime, "date time": schema.DateTime, "add date time prompt": schema.DateTime, "q datetime": schema.DateTime,
	"note": schema.Note, "add note prompt": schema.Note, "q note": schema.Note,
	"calculate": schema.Calculate, "calculation": schema.Calculate, "hidden": schema.Hidden, "add calculate prompt": schema.Calculate, "q calculate": schema.Calculate,
	"acknowledge": schema.Acknowledge, "trigger": schema.Acknowledge, "add acknowledge prompt": schema.Acknowledge, "q acknowledge": schema.Acknowledge,
	"geopoint": schema.Geopoint, "gps": schema.Geopoint, "location": schema.Geopoint, "q location": schema.Geopoint, "q geopoint": schema.Geopoint, "add location prompt": schema.Geopoint,
	"geotrace": schema.Geotrace, "q geotrace": schema.Geotrace, "geoshape": schema.Geoshape, "q geoshape": schema.Geoshape,
	"image": schema.Image, "photo": schema.Image, "q picture": schema.Image, "q image": schema.Image, "add image prompt": schema.Image, "add photo prompt": schema.Image,
	"audio": schema.Audio, "q audio": schema.Audio, "add audio prompt": schema.Audio,
	"video": schema.Video, "q video": schema.Video, "add video prompt": schema.Video, "file": schema.File, "add file prompt": schema.File, "osm": schema.File,
	"barcode": schema.Barcode, "q barcode": schema.Barcode, "add barcode prompt": schema.Barcode,
	"range":  schema.Range,
	"sim id": schema.SimSerial, "subscriber id": schema.SubscriberID, "q date time": schema.DateTime, "add datetime prompt": schema.DateTime,
	"number of days in last month": schema.Integer, "number of days in last six months": schema.Integer, "number of days in last year": schema.Integer,
	"start": schema.Start, "start time": schema.Start, "get start time": schema.Start,
	"end": schema.End, "end time": schema.End, "get end time": schema.End,
	"today": schema.Today, "get today": schema.Today,
	"deviceid": schema.DeviceID, "device id": schema.DeviceID, "get device id": schema.DeviceID, "imei": schema.DeviceID, "uri:deviceid": schema.DeviceID,
	"username": schema.Username, "uri:username": schema.Username,
	"phonenumber": schema.PhoneNumber, "uri:phonenumber": schema.PhoneNumber,
	"email": schema.Email, "uri:email": schema.Email,
	"simserial": schema.SimSerial, "uri:simserial": schema.SimSerial, "get sim id": schema.SimSerial,
	"subscriberid": schema.SubscriberID, "uri:subscriberid": schema.SubscriberID, "get subscriber id": schema.SubscriberID,
	"audit": schema.Audit, "start-geopoint": schema.StartGeopoint, "background-audio": schema.BackgroundAudio,
	"background-geopoint": schema.Calculate,
}

// built are the types that bring a constraint and a hint of their own.
var built = map[string]struct{ constraint, hint string }{
	"percentage":                        {"0 <= . and . <= 100", ""},
	"phone number":                      {`regex(., '^\d*$')`, "Enter numbers only."},
	"number of days in last month":      {"0 <= . and . <= 31", "Enter a number 0-31."},
	"number of days in last six months": {"0 <= . and . <= 183", "Enter a number 0-183."},
	"number of days in last year":       {"0 <= . and . <= 365", "Enter a number 0-365."},
	"geopoint":                          {"", placeHint},
	"gps":                               {"", placeHint},
}

const placeHint = "GPS coordinates can only be collected when outside."

// declared is what the cell "type" says.
type declared struct {
	kind    schema.Kind
	edge    string // "begin" or "end"
	list    string // choice list, ${question} or file
	file    bool
	outside bool // select_one_external
	other   bool // or_other
	loop    bool // begin_loop
	tags    bool // osm with a list of tags
	style   bool // known only without regard to case
	named   string
}

var (
	edges   = regexp.MustCompile(`(?i)^(begin|end)[ _]*(group|repeat|loop|lgroup|looped[ _]group|matrix|kobomatrix|score|rank)\b *(?:(?:over +)?(\S+))?$`)
	selects = regexp.MustCompile(`(?i)^(select_one_from_file|select one from file|select_multiple_from_file|select multiple from file|select_one_external|select one external|` +
		`select_one|select one from|select one using|select one|select1|add select one prompt using|q select1|` +
		`select_multiple|select multiple from|select multiple using|select multiple|select all that apply from|select all that apply|add select multiple prompt using|q select|` +
		`rank)(?: +(.+))?$`)
	orOther = regexp.MustCompile(`(?i)\s+or[ _](?:specify[ _])?other$`)
)

// readType understands the cell "type"; ok is false for what XLSForm does not know.
func readType(cell string) (d declared, ok bool) {
	cell = strings.Join(strings.Fields(cell), " ")
	low := strings.ToLower(cell)
	d.style = low != cell
	if m := edges.FindStringSubmatch(cell); m != nil {
		d.edge = strings.ToLower(m[1])
		switch strings.ReplaceAll(strings.ToLower(m[2]), "_", " ") {
		case "group":
			d.kind = schema.Group
		case "repeat", "lgroup", "looped group":
			d.kind = schema.Repeat
		case "loop":
			d.kind, d.loop = schema.Group, true
		default:
			d.named = m[1] + "_" + m[2]
			return d, false
		}
		return d, true
	}
	if m := selects.FindStringSubmatch(cell); m != nil {
		d.list = strings.TrimSpace(m[2])
		if at := orOther.FindStringIndex(" " + d.list); at != nil && at[0] > 0 {
			d.list, d.other = strings.TrimSpace((" " + d.list)[:at[0]]), true
		}
		command := strings.ReplaceAll(strings.ToLower(m[1]), " ", "_")
		d.style = strings.ToLower(m[1]) != m[1]
		d.file, d.outside = strings.HasSuffix(command, "_from_file"), command == "select_one_external"
		switch {
		case command == "rank":
			d.kind = schema.Rank
		case strings.Contains(command, "multiple") || strings.Contains(command, "all_that_apply") || command == "q_select":
			d.kind = schema.SelectMultiple
		default:
			d.kind = schema.SelectOne
		}
		return d, true
	}
	if d.kind, ok = kinds[low]; ok {
		d.style = d.style && cell != "dateTime"
		return d, true
	}
	if strings.HasPrefix(low, "osm ") {
		d.kind, d.tags = schema.File, true
		return d, true
	}
	if strings.HasPrefix(low, "csv-external") || strings.HasPrefix(low, "xml-external") {
		d.file, d.named = true, low
		return d, true
	}
	d.named = cell
	return d, false
}
