package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"fmt"
)

// secure_delete overwrites a row that is deleted, but when SQLite moves rows from one page to another (to balance a tree)
// it leaves their bytes in what becomes the free space in the middle of the page. Nobody but this file looks there.

const (
	gapsAtOnce = 256     // pages; writers wait for no more than that
	mostPages  = 1 << 25 // above, the first byte of a page that is in no tree could be mistaken for a kind of one
)

// The pages as they lie in the file; https://www.sqlite.org/dbpage.html
const (
	pagesFrom = `WITH RECURSIVE wanted (number) AS (SELECT ?1 UNION ALL SELECT number + 1 FROM wanted WHERE number < ?2)
		SELECT pgno, data FROM wanted JOIN sqlite_dbpage ON pgno = number`
	pageData = `SELECT data FROM sqlite_dbpage WHERE pgno = ?`
	savePage = `UPDATE sqlite_dbpage SET data = ? WHERE pgno = ?`
)

// clearGaps fills the free space in the middle of every page with zeros, a few pages at a time.
func (db *DB) clearGaps(ctx context.Context) error {
	var pages, vacuum int
	if err := db.reader.QueryRowContext(ctx, "SELECT page_count, auto_vacuum FROM pragma_page_count, pragma_auto_vacuum").Scan(&pages, &vacuum); err != nil {
		return fmt.Errorf("count pages: %w", err)
	}
	if pages >= mostPages || vacuum != 0 {
		return fmt.Errorf("scrub: a file of %d pages with auto_vacuum %d is none that this knows its way about", pages, vacuum)
	}
	for first := 1; first <= pages; first += gapsAtOnce {
		dirty, err := db.dirtyPages(ctx, first, min(first+gapsAtOnce-1, pages))
		if err == nil && len(dirty) > 0 {
			err = db.clearPages(ctx, dirty)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (db *DB) dirtyPages(ctx context.Context, first, last int) (dirty []int, err error) {
	rows, err := db.reader.QueryContext(ctx, pagesFrom, first, last)
	if err != nil {
		return nil, fmt.Errorf("read pages: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var number int
		var data sql.RawBytes
		if err := rows.Scan(&number, &data); err != nil {
			return nil, fmt.Errorf("read pages: %w", err)
		}
		if !zero(gap(data, number)) {
			dirty = append(dirty, number)
		}
	}
	return dirty, rows.Err()
}

// clearPages looks at each page again, now that nobody else writes. It has a connection of its own: on the others no
// statement may touch the file's pages.
func (db *DB) clearPages(ctx context.Context, dirty []int) error {
	if err := db.alone(ctx); err != nil {
		return err
	}
	defer db.turn.end()
	tx, err := db.scrubber.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, number := range dirty {
		var data []byte
		if err := tx.QueryRowContext(ctx, pageData, number).Scan(&data); err != nil {
			return fmt.Errorf("read page: %w", err)
		}
		clear(gap(data, number))
		if _, err := tx.ExecContext(ctx, savePage, data, number); err != nil {
			return fmt.Errorf("write page: %w", err)
		}
	}
	return tx.Commit()
}

// gap is the space between the list of a tree page's cells and the first of them; https://www.sqlite.org/fileformat2.html,
// section 1.6. It is empty in any other page, and in one that is not as it should be.
func gap(page []byte, number int) []byte {
	header := 0
	if number == 1 {
		header = 100 // of the file
	}
	size := map[byte]int{2: 12, 5: 12, 10: 8, 13: 8}[page[header]]
	if size == 0 {
		return nil
	}
	cells := int(binary.BigEndian.Uint16(page[header+3:]))
	from, to := header+size+2*cells, int(binary.BigEndian.Uint16(page[header+5:]))
	if to == 0 {
		to = 1 << 16
	}
	if from > to || to > len(page) {
		return nil
	}
	return page[from:to]
}

func zero(bytes []byte) bool {
	for _, b := range bytes {
		if b != 0 {
			return false
		}
	}
	return true
}
