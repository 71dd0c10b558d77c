//! How many customers have a code.

use kit::{Failure, dictionaries::Used};
use sqlx::PgConnection;

/// By dictionary and code, the bin's customers too.
pub async fn used(connection: &mut PgConnection) -> Result<Vec<Used>, Failure> {
    let used = sqlx::query_as!(
        Used,
        r#"select one.dictionary as "dictionary!", one.code as "code!", count(*) as "records!"
        from customer, lateral (values
            ('level', level), ('source', source), ('industry', industry), ('status', status)
        ) one (dictionary, code)
        where one.code <> ''
        group by one.dictionary, one.code"#,
    );
    Ok(used.fetch_all(connection).await?)
}
