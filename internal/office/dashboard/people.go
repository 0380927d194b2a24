package dashboard

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"leeward/internal/office/casework"
)

type peopleData struct{ People []personView }

type personView struct {
	casework.Person
	Roles string
}

func (d *Dashboard) viewPerson(p casework.Person) personView {
	var roles []string
	for _, r := range p.Role.All() {
		roles = append(roles, d.say("role."+string(r)))
	}
	return personView{p, strings.Join(roles, ", ")}
}

func (d *Dashboard) people(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	all, err := d.o.House.People(r.Context())
	if err != nil {
		return fmt.Errorf("list people: %w", err)
	}
	var data peopleData
	for _, p := range all {
		data.People = append(data.People, d.viewPerson(p))
	}
	return d.show(w, r, s, http.StatusOK, "people", data)
}

type personData struct {
	personView
	New        bool
	Self       bool
	Roles      []option
	Tongues    []option
	Passphrase string // shown once
	Problem    string
}

func (d *Dashboard) personData(p casework.Person, s casework.Session) personData {
	data := personData{personView: d.viewPerson(p), New: p.ID == 0, Self: p.ID == s.Person.ID}
	for _, role := range casework.Roles() {
		data.Roles = append(data.Roles, option{string(role), d.say("role." + string(role)), slices.Contains(p.Role.All(), role)})
	}
	for _, tag := range d.catalogue.Languages() {
		w := d.catalogue.For(tag)
		data.Tongues = append(data.Tongues, option{tag, w.Name(), w.Lang() == d.catalogue.For(p.Lang).Lang()})
	}
	return data
}

// person is the one that an address names: "new", or an id.
func (d *Dashboard) person(r *http.Request) (casework.Person, error) {
	name := r.PathValue("person")
	if name == "new" {
		return casework.Person{Active: true, Lang: "en"}, nil
	}
	id, err := strconv.ParseInt(name, 10, 64)
	if err != nil {
		return casework.Person{}, casework.ErrNotFound
	}
	all, err := d.o.House.People(r.Context())
	if err != nil {
		return casework.Person{}, fmt.Errorf("list people: %w", err)
	}
	i := slices.IndexFunc(all, func(p casework.Person) bool { return p.ID == id })
	if i < 0 {
		return casework.Person{}, casework.ErrNotFound
	}
	return all[i], nil
}

func (d *Dashboard) personPage(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	p, err := d.person(r)
	if err != nil {
		return err
	}
	return d.show(w, r, s, http.StatusOK, "person", d.personData(p, s))
}

// putPerson adds somebody, changes what they may do, or gives them a new passphrase, which is shown once.
func (d *Dashboard) putPerson(w http.ResponseWriter, r *http.Request, s casework.Session) error {
	p, err := d.person(r)
	if err != nil {
		return err
	}
	if p.ID != 0 && r.PostFormValue("do") == "passphrase" {
		return d.newPassphrase(w, r, s, p)
	}
	if p.ID == s.Person.ID {
		return casework.RefuseSelf
	}
	p.Role = casework.Role(strings.Join(r.PostForm["roles"], " "))
	p.Lang, p.Active = text(r, "lang"), p.ID == 0 || r.PostFormValue("active") == "yes"
	if !p.Role.Known() || d.spoken[p.Lang] == nil {
		return errForm
	}
	if !p.Role.Apart() && !d.o.Demo {
		return casework.RefuseRoles
	}
	if p.ID != 0 {
		if err := d.o.House.SetPerson(r.Context(), s.Person.Name, p); err != nil {
			return fmt.Errorf("change person: %w", err)
		}
		http.Redirect(w, r, "/people", http.StatusSeeOther)
		return nil
	}
	if p.Name = text(r, "name"); p.Name == "" || len(p.Name) > maxName {
		return errForm
	}
	words, err := d.o.Words()
	if err != nil {
		return fmt.Errorf("make a passphrase: %w", err)
	}
	p.ID, err = d.o.House.AddPerson(r.Context(), s.Person.Name, p, HashPassphrase(words, d.o.Cost))
	if errors.Is(err, casework.ErrTaken) {
		data := d.personData(casework.Person{Active: true, Lang: p.Lang, Role: p.Role, Name: p.Name}, s)
		data.Problem = "person.problem.taken"
		return d.show(w, r, s, http.StatusConflict, "person", data)
	}
	if err != nil {
		return fmt.Errorf("add person: %w", err)
	}
	return d.tellPassphrase(w, r, s, p, words)
}

func (d *Dashboard) newPassphrase(w http.ResponseWriter, r *http.Request, s casework.Session, p casework.Person) error {
	words, err := d.o.Words()
	if err != nil {
		return fmt.Errorf("make a passphrase: %w", err)
	}
	if err := d.o.House.SetPassphrase(r.Context(), s.Person.Name, p.ID, HashPassphrase(words, d.o.Cost), true); err != nil {
		return fmt.Errorf("set passphrase: %w", err)
	}
	p.Coded = false
	return d.tellPassphrase(w, r, s, p, words)
}

// tellPassphrase shows it here and nowhere else.
func (d *Dashboard) tellPassphrase(w http.ResponseWriter, r *http.Request, s casework.Session, p casework.Person, words string) error {
	data := d.personData(p, s)
	data.Passphrase = words
	return d.show(w, r, s, http.StatusOK, "person", data)
}
