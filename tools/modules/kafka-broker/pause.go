package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
)

// pausable is a listener that can be taken off its port and put back: while it
// is paused, connects are refused and open connections are cut, but the broker
// behind it lives on with its data.
type pausable struct {
	network, bound string
	addr           net.Addr

	mu     sync.Mutex
	inner  net.Listener // nil while paused
	conns  map[net.Conn]struct{}
	closed bool
	wake   chan struct{} // closed on every change of state
}

func newPausable(network, bound, advertise string) (*pausable, error) {
	inner, err := net.Listen(network, bound)
	if err != nil {
		return nil, err
	}
	p := &pausable{
		network: network,
		// The port that was given, should the one asked for be 0.
		bound: inner.Addr().String(),
		addr:  inner.Addr(),
		inner: inner,
		conns: map[net.Conn]struct{}{},
		wake:  make(chan struct{}),
	}
	if advertise != "" {
		p.addr = address(advertise)
	}
	return p, nil
}

// Addr is what clients are told to connect to.
func (p *pausable) Addr() net.Addr { return p.addr }

func (p *pausable) Accept() (net.Conn, error) {
	for {
		p.mu.Lock()
		inner, wake, closed := p.inner, p.wake, p.closed
		p.mu.Unlock()
		if closed {
			return nil, net.ErrClosed
		}
		if inner == nil {
			<-wake
			continue
		}
		conn, err := inner.Accept()
		if err != nil {
			p.mu.Lock()
			same := p.inner == inner && !p.closed
			p.mu.Unlock()
			if same {
				return nil, err
			}
			continue
		}
		p.mu.Lock()
		if p.inner != inner || p.closed {
			p.mu.Unlock()
			conn.Close()
			continue
		}
		tracked := &trackedConn{Conn: conn, owner: p}
		p.conns[tracked] = struct{}{}
		p.mu.Unlock()
		return tracked, nil
	}
}

// Pause refuses connects and cuts the open connections. Pausing twice is pausing once.
func (p *pausable) Pause() {
	p.mu.Lock()
	if p.inner == nil {
		p.mu.Unlock()
		return
	}
	p.inner.Close()
	p.inner = nil
	conns := p.conns
	p.conns = map[net.Conn]struct{}{}
	p.signal()
	p.mu.Unlock()
	for conn := range conns {
		conn.Close()
	}
}

// Resume listens again on the same port. It fails if another program took it meanwhile.
func (p *pausable) Resume() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.inner != nil || p.closed {
		return nil
	}
	inner, err := net.Listen(p.network, p.bound)
	if err != nil {
		return err
	}
	p.inner = inner
	p.signal()
	return nil
}

// Paused tells whether connects are refused now.
func (p *pausable) Paused() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.inner == nil
}

func (p *pausable) Close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil
	}
	p.closed = true
	p.signal()
	if p.inner == nil {
		return nil
	}
	return p.inner.Close()
}

// signal wakes whoever waits in Accept. The caller holds the lock.
func (p *pausable) signal() {
	close(p.wake)
	p.wake = make(chan struct{})
}

type trackedConn struct {
	net.Conn
	owner *pausable
}

func (c *trackedConn) Close() error {
	c.owner.mu.Lock()
	delete(c.owner.conns, c)
	c.owner.mu.Unlock()
	return c.Conn.Close()
}

// serveAdmin answers GET /health, POST /pause and POST /resume until it is closed.
func serveAdmin(bound string, listener *pausable) (*http.Server, error) {
	l, err := net.Listen("tcp", bound)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on --admin %s: %w", bound, err)
	}
	state := func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]bool{"paused": listener.Paused()})
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { state(w) })
	mux.HandleFunc("POST /pause", func(w http.ResponseWriter, _ *http.Request) {
		listener.Pause()
		state(w)
	})
	mux.HandleFunc("POST /resume", func(w http.ResponseWriter, _ *http.Request) {
		if err := listener.Resume(); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		state(w)
	})
	server := &http.Server{Handler: mux}
	go server.Serve(l)
	return server, nil
}
