package main

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"leeward/sync/batch"
)

// profile is a link that is bad: toxics of toxiproxy, and whether it goes dark now and then.
type profile struct {
	toxics []string
	every  time.Duration // it goes dark after so long
	dark   time.Duration // for so long; never if zero
}

// profiles are the links of -link. Rates are in kB/s, as toxiproxy counts them.
var profiles = map[string]profile{
	"2g": {toxics: []string{
		`{"type":"latency","stream":"upstream","attributes":{"latency":400,"jitter":100}}`,
		`{"type":"bandwidth","stream":"upstream","attributes":{"rate":3}}`,
		`{"type":"bandwidth","stream":"downstream","attributes":{"rate":5}}`,
	}},
	"2g-dark": {toxics: []string{
		`{"type":"latency","stream":"upstream","attributes":{"latency":400,"jitter":100}}`,
		`{"type":"bandwidth","stream":"upstream","attributes":{"rate":3}}`,
	}, every: 15 * time.Second, dark: 12 * time.Second},
	"satellite": {toxics: []string{
		`{"type":"latency","stream":"upstream","attributes":{"latency":375,"jitter":30}}`,
		`{"type":"latency","stream":"downstream","attributes":{"latency":375,"jitter":30}}`,
		`{"type":"bandwidth","stream":"upstream","attributes":{"rate":8}}`,
		`{"type":"bandwidth","stream":"downstream","attributes":{"rate":16}}`,
	}},
	"cuts": {toxics: []string{ // one connection carries so many bytes and no more
		`{"type":"limit_data","stream":"upstream","attributes":{"bytes":20000}}`,
	}},
	"crumbs": {toxics: []string{
		`{"type":"slicer","stream":"upstream","attributes":{"average_size":64,"size_variation":32,"delay":100}}`,
	}},
}

func profileNames() string { return strings.Join(slices.Sorted(maps.Keys(profiles)), ", ") }

// spoil puts a proxy of a profile before the office of a code, and returns where it listens.
func spoil(ctx context.Context, name, code string) (address string, stop func(), err error) {
	p, known := profiles[name]
	if !known {
		return "", nil, fmt.Errorf("-link is one of %s", profileNames())
	}
	parsed, err := batch.ParseEnrolCode(code)
	if err != nil {
		return "", nil, fmt.Errorf("find the office: %w", err)
	}
	office, err := url.Parse(parsed.URL)
	if err != nil {
		return "", nil, fmt.Errorf("find the office: %w", err)
	}
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(api, "office", "127.0.0.1:0", office.Host)
	if err := proxy.Start(); err != nil {
		return "", nil, fmt.Errorf("start the proxy: %w", err)
	}
	for _, toxic := range p.toxics {
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
			proxy.Stop()
			return "", nil, fmt.Errorf("spoil the link: %w", err)
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	if p.dark > 0 {
		work.Go(func() { darken(ctx, proxy, p) })
	}
	return proxy.Listen, func() { cancel(); work.Wait(); proxy.Stop() }, nil
}

// darken lets nothing through now and then: bytes wait, connections stay.
func darken(ctx context.Context, proxy *toxiproxy.Proxy, p profile) {
	for sleep(ctx, p.every) == nil {
		for _, stream := range []string{"upstream", "downstream"} {
			_, _ = proxy.Toxics.AddToxicJson(strings.NewReader(
				fmt.Sprintf(`{"name":"dark-%[1]s","type":"timeout","stream":%[1]q,"attributes":{"timeout":0}}`, stream)))
		}
		_ = sleep(ctx, p.dark)
		for _, stream := range []string{"upstream", "downstream"} {
			_ = proxy.Toxics.RemoveToxic(ctx, "dark-"+stream)
		}
	}
}
