package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"leeward/internal/office/casework"
	"leeward/internal/office/dashboard"
)

// userAsk is what user asks of an office.
type userAsk struct {
	Do   string `json:"do"` // list, add, roles, passphrase, stop, allow
	Name string `json:"name,omitempty"`
	Role string `json:"role,omitempty"`
	Lang string `json:"lang,omitempty"`
}

// userAnswer is what became of it. A passphrase is shown once and kept nowhere.
type userAnswer struct {
	Passphrase string      `json:"passphrase,omitempty"`
	People     []userShown `json:"people,omitempty"`
}

type userShown struct {
	Name  string `json:"name"`
	Roles string `json:"roles"`
	Lang  string `json:"lang"`
	May   bool   `json:"may_sign_in"`
	Codes bool   `json:"one_time_codes"`
}

func (p *Program) user(ctx context.Context, args []string) error {
	var (
		w      where
		u      userAsk
		asJSON bool
	)
	f := flags("user", &w)
	f.StringVar(&u.Name, "name", "", "")
	f.StringVar(&u.Role, "role", "", "")
	f.StringVar(&u.Lang, "lang", "en", "")
	f.BoolVar(&asJSON, "json", false, "")
	if len(args) == 0 {
		return usageError("user takes one of list, add, roles, passphrase, stop and allow, then flags")
	}
	if !strings.HasPrefix(args[0], "-") {
		u.Do, args = args[0], args[1:]
	}
	if err := p.parse(f, usageUser, args); err != nil {
		return err
	}
	u.Role = strings.ReplaceAll(u.Role, ",", " ")
	if err := u.check(); err != nil {
		return err
	}
	return p.withDesk(ctx, w, func(d desk) error {
		answer, err := d.User(ctx, u)
		if err != nil {
			return err
		}
		if asJSON {
			return json.NewEncoder(p.Stdout).Encode(answer)
		}
		return p.tellUser(u, answer)
	})
}

func (u userAsk) check() error {
	switch u.Do {
	case "list":
		return nil
	case "passphrase", "stop", "allow":
	case "add", "roles":
		if !casework.Role(u.Role).Known() {
			return usageError("-role takes one or more, with commas between, of " + roleNames())
		}
	default:
		return usageError("user takes one of list, add, roles, passphrase, stop and allow, then flags")
	}
	if u.Name == "" || len(u.Name) > 64 {
		return usageError("-name NAME must have 1 to 64 bytes")
	}
	return nil
}

func roleNames() string {
	var all []string
	for _, r := range casework.Roles() {
		all = append(all, string(r))
	}
	return strings.Join(all, ", ")
}

// User does what user asks.
func (o *office) User(ctx context.Context, u userAsk) (answer userAnswer, err error) {
	if err := u.check(); err != nil {
		return answer, err
	}
	role := casework.Role(u.Role)
	if (u.Do == "add" || u.Do == "roles") && !role.Apart() && !o.root.Demo {
		return answer, usageError("who keeps people or reads the log must not read cases: give these roles to two people")
	}
	if u.Do == "add" {
		answer.Passphrase, err = generated()
		if err != nil {
			return answer, err
		}
		_, err = o.records.AddPerson(ctx, casework.Program, casework.Person{Name: u.Name, Role: role, Lang: u.Lang},
			dashboard.HashPassphrase(answer.Passphrase, o.program.cost()))
		if errors.Is(err, casework.ErrTaken) {
			return userAnswer{}, usageError("somebody has that name already")
		}
		return answer, err
	}
	people, err := o.records.People(ctx)
	if err != nil {
		return answer, err
	}
	if u.Do == "list" {
		for _, p := range people {
			answer.People = append(answer.People, userShown{p.Name, string(p.Role), p.Lang, p.Active, p.Coded})
		}
		return answer, nil
	}
	i := slices.IndexFunc(people, func(p casework.Person) bool { return strings.EqualFold(p.Name, u.Name) })
	if i < 0 {
		return answer, usageError("nobody has that name; leeward-office user list shows everybody")
	}
	return o.changeUser(ctx, u.Do, people[i], role)
}

func (o *office) changeUser(ctx context.Context, do string, p casework.Person, role casework.Role) (answer userAnswer, err error) {
	switch do {
	case "passphrase":
		if answer.Passphrase, err = generated(); err != nil {
			return answer, err
		}
		return answer, o.records.SetPassphrase(ctx, casework.Program, p.ID, dashboard.HashPassphrase(answer.Passphrase, o.program.cost()), true)
	case "roles":
		p.Role = role
	default:
		p.Active = do == "allow"
	}
	return answer, o.records.SetPerson(ctx, casework.Program, p)
}

// cost is what a guess of somebody's passphrase costs.
func (p *Program) cost() dashboard.Cost {
	if p.Cost == (dashboard.Cost{}) {
		return dashboard.DefaultCost()
	}
	return p.Cost
}

func (p *Program) tellUser(u userAsk, a userAnswer) error {
	if a.Passphrase != "" {
		_, err := fmt.Fprintf(p.Stdout, userText, u.Name, a.Passphrase)
		return err
	}
	if u.Do != "list" {
		_, err := fmt.Fprintln(p.Stdout, "done; that person has to sign in again")
		return err
	}
	t := tabwriter.NewWriter(p.Stdout, 0, 4, 2, ' ', 0)
	for _, one := range a.People {
		state := "may sign in"
		if !one.May {
			state = "may not sign in"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", one.Name, one.Roles, one.Lang, state)
	}
	return t.Flush()
}
