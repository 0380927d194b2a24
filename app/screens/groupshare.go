package screens

import (
	"context"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"leeward/app/device"
	"leeward/app/questions"
	"leeward/app/typeset"
)

// sharePart is how a group is split between devices: each gives its own numbers, and a person who goes over to another
// device takes the number along. Nothing is sent between them.
func (s *Screens) sharePart() fyne.CanvasObject {
	now, err := s.Device.Sharing(context.Background())
	if err != nil {
		return s.label(s.trouble(err))
	}
	said := s.say("share.whole.text")
	if now.Of > 1 {
		said = s.say("share.part.text", "Number", now.Device, "Of", now.Of)
	}
	return card(s.heading("share.list.title"), s.label(said), s.row(
		s.button("share.split.button", typeset.Quiet, func() { s.show(s.shareView(now)) }),
		s.button("share.take.button", typeset.Quiet, func() { s.show(s.takeNumber("")) }),
	))
}

// shareView chooses which device of how many this one is.
func (s *Screens) shareView(now device.Share) view {
	back := func() { s.show(s.group("")) }
	objects := []fyne.CanvasObject{s.title("share.list.title"), s.text("share.split.text")}
	var first *typeset.Button
	for of := 1; of <= device.MaxShares; of++ {
		row := s.row()
		for n := 1; n <= of; n++ {
			b := typeset.NewButton(s.say("rounds.number.text", "Number", n, "Of", of), s.words.Lang(), func() {
				if err := s.Device.SetSharing(context.Background(), device.Share{Device: n, Of: of}); err != nil {
					s.show(s.group(s.trouble(err)))
					return
				}
				back()
			})
			b.SetMarked(of == max(1, now.Of) && n == max(1, now.Device))
			row.Add(b)
			if first == nil || b.Marked {
				first = b
			}
		}
		objects = append(objects, row)
	}
	leave := s.button("app.back.button", typeset.Quiet, back)
	body := frameAround(nil, page(objects...), s.footer(s.row(leave), s.row()))
	return view{body: body, focus: first, key: s.escape(back)}
}

// takeNumber takes somebody over from another device, by the number that was said there.
func (s *Screens) takeNumber(typed string) view {
	back := func() { s.show(s.group("")) }
	note := s.notice()
	var take func()
	number := s.entry(func() { take() })
	number.SetText(typed)
	take = func() {
		n, err := strconv.Atoi(questions.ASCII(strings.TrimSpace(number.Text)))
		if err != nil || n < 1 || n > 9999 {
			s.tell(note, s.say("share.number.text"))
			return
		}
		list, err := s.Device.Arrivals(context.Background())
		if err != nil {
			s.tell(note, s.trouble(err))
			return
		}
		one := device.Arrival{Number: n}
		for _, listed := range list {
			if listed.Number == n {
				one = listed
			}
		}
		s.show(s.quick(one))
	}
	body := page(s.title("share.take.button"), s.text("share.take.text"), number, note,
		s.button("interview.next.button", typeset.Primary, take), s.button("app.back.button", typeset.Quiet, back))
	return view{body: body, focus: number, key: s.escape(back)}
}
