//! Sessions as their owner sees them: on which device, from where, since when.

use chrono::{DateTime, Utc};
use cims_proto::identity::v1;
use kit::clock::time;
use uuid::Uuid;

/// A living session, as it is listed.
#[derive(Debug)]
pub struct Device {
    pub id: Uuid,
    pub user_agent: String,
    pub source_address: String,
    pub create_time: DateTime<Utc>,
    pub use_time: DateTime<Utc>,
    pub expire_time: DateTime<Utc>,
}

impl Device {
    pub fn into_proto(self, current: Option<Uuid>) -> v1::Device {
        v1::Device {
            id: self.id.to_string(),
            browser: browser(&self.user_agent),
            system: system(&self.user_agent).to_owned(),
            address: self.source_address,
            create_time: Some(time::to_proto(self.create_time)),
            use_time: Some(time::to_proto(self.use_time)),
            expire_time: Some(time::to_proto(self.expire_time)),
            current: current == Some(self.id),
        }
    }
}

/// Marks of browsers; the first that is there decides, because each pretends to be those below it.
const BROWSERS: [(&str, &str); 10] = [
    ("wxwork/", "WeCom"),
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("Lark/", "Feishu"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];
const SYSTEMS: [(&str, &str); 8] = [
    ("OpenHarmony", "HarmonyOS"),
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Macintosh", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The browser's name, or what a program calls itself: "curl" of "curl/8.5.0".
fn browser(user_agent: &str) -> String {
    let known = BROWSERS.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| (*name).to_owned());
    known.unwrap_or_else(|| {
        let name = user_agent.split(['/', ' ']).next().unwrap_or_default();
        name.chars().take(30).collect()
    })
}

fn system(user_agent: &str) -> &'static str {
    SYSTEMS.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_known_by_what_they_say() {
        let of = |agent: &str| (browser(agent), system(agent));
        let named = |browser: &str, system: &'static str| (browser.to_owned(), system);
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36";
        assert_eq!(of(chrome), named("Chrome", "Windows"));
        assert_eq!(of(&format!("{chrome} Edg/131.0.0.0")), named("Edge", "Windows"));
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1";
        assert_eq!(of(safari), named("Safari", "iPhone"));
        assert_eq!(of(&format!("{safari} MicroMessenger/8.0.54")), named("WeChat", "iPhone"));
        let firefox = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:133.0) Gecko/20100101 Firefox/133.0";
        assert_eq!(of(firefox), named("Firefox", "macOS"));
        assert_eq!(of("curl/8.5.0"), named("curl", ""));
        assert_eq!(of(""), named("", ""));
    }
}
