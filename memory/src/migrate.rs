//! Brings a database to the schema of this version.

use rusqlite::{Connection, TransactionBehavior};

use crate::StoreError;

/// Entry `n` takes a database from `user_version` n to n + 1. Entries are only ever added.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

pub(crate) fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    run(db, MIGRATIONS)
}

fn run(db: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    let known = migrations.len() as i64;
    // The write lock comes first: of two processes that open an old store at once, one migrates.
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found: i64 = tx.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if !(0..=known).contains(&found) {
        return Err(StoreError::Newer { found, known });
    }
    for migration in migrations.iter().skip(found as usize) {
        tx.execute_batch(migration)?;
    }
    if found < known {
        tx.pragma_update(None, "user_version", known)?;
    }
    Ok(tx.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &str = "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);";
    const SECOND: &str = "ALTER TABLE a ADD COLUMN y INTEGER NOT NULL DEFAULT 7;";

    #[test]
    fn every_step_runs_once_and_in_order() {
        let mut db = Connection::open_in_memory().unwrap();
        run(&mut db, &[FIRST]).unwrap();
        run(&mut db, &[FIRST, SECOND]).unwrap();
        run(&mut db, &[FIRST, SECOND]).unwrap();
        let row: (i64, i64) = db.query_row("SELECT x, y FROM a", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        assert_eq!(row, (1, 7));
    }

    #[test]
    fn a_failing_step_changes_nothing() {
        let mut db = Connection::open_in_memory().unwrap();
        run(&mut db, &[FIRST, "ALTER TABLE missing ADD COLUMN y INTEGER;"]).unwrap_err();
        let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0)).unwrap();
        assert_eq!(tables, 0);
    }

    #[test]
    fn a_store_of_a_newer_version_is_left_alone() {
        let mut db = Connection::open_in_memory().unwrap();
        run(&mut db, &[FIRST, SECOND]).unwrap();
        let error = run(&mut db, &[FIRST]).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 2, known: 1 }), "{error}");
    }
}
