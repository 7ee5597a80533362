package proxy

import "sync"

// buffers are for copying answers.
var buffers = bufferPool{sync.Pool{New: func() any { return new([32 << 10]byte) }}}

type bufferPool struct{ pool sync.Pool }

func (b *bufferPool) Get() []byte     { return b.pool.Get().(*[32 << 10]byte)[:] }
func (b *bufferPool) Put(used []byte) { b.pool.Put((*[32 << 10]byte)(used)) }
