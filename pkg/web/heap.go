package web

import "sync/atomic"

// room is never read or written, so it takes address space and no memory.
var room atomic.Pointer[[32 << 20]byte]

// RoomyHeap lets 32 MiB of garbage gather before it is collected, however little the process holds. Else one that holds
// 4 MB collects with every 4 MB, a hundred times a second under load. It is for mains.
func RoomyHeap() { room.Store(new([32 << 20]byte)) }
