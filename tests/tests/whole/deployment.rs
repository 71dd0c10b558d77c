//! Compose and Kubernetes start what the binary is: the same roles, ports, variables and secrets.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
    time::Duration,
};

use cims::{Role, STOP_LIMIT, variables};
use serde_json::Value;
use tests::{Binary, eventually};

const COMPOSE: &str = "docker-compose.yml";
const BASE: &str = "deploy/kubernetes/base";
const SECRETS: &str = "/secrets/";
const METRICS_PORT: u64 = 9464;

/// What one container is given.
#[derive(Debug, Default, PartialEq)]
struct Given {
    command: Vec<String>,
    variables: BTreeMap<String, String>,
    /// Folders of secrets that it may read.
    secrets: BTreeSet<String>,
}

fn roles() -> impl Iterator<Item = Role> {
    Role::SERVICES.into_iter().chain([Role::Gateway])
}

fn read(path: &str) -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&file).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn documents(path: &str) -> Vec<Value> {
    serde_saphyr::from_multiple(&read(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(text).collect()
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn pairs(value: &Value) -> impl Iterator<Item = (String, String)> {
    value.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), text(value)))
}

fn compose() -> Value {
    documents(COMPOSE).remove(0)
}

fn of_compose(service: &Value) -> Given {
    Given {
        command: texts(&service["command"]),
        // What compose itself fills in is empty unless somebody asks for it.
        variables: pairs(&service["environment"])
            .map(|(name, value)| (name, if value.starts_with("${") { String::new() } else { value }))
            .collect(),
        secrets: texts(&service["volumes"])
            .iter()
            .filter_map(|volume| volume.split(':').nth(1)?.strip_prefix(SECRETS).map(str::to_owned))
            .collect(),
    }
}

/// The first document of a file of its own, with what the config maps bring.
fn of_kubernetes(name: &str) -> Given {
    let workload = documents(&format!("{BASE}/{name}.yaml")).remove(0);
    let container = &workload["spec"]["template"]["spec"]["containers"][0];
    let maps = documents(&format!("{BASE}/settings.yaml"));
    let from = container["envFrom"].as_array().into_iter().flatten().map(|from| &from["configMapRef"]["name"]);
    let mapped = from.flat_map(|name| {
        let map = maps.iter().find(|map| map["metadata"]["name"] == *name);
        pairs(&map.unwrap_or_else(|| panic!("no config map {name}"))["data"]).collect::<Vec<_>>()
    });
    let own = container["env"].as_array().into_iter().flatten();
    let mounts = container["volumeMounts"].as_array().into_iter().flatten().map(|mount| text(&mount["mountPath"]));
    Given {
        command: texts(&container["args"]),
        variables: mapped.chain(own.map(|own| (text(&own["name"]), text(&own["value"])))).collect(),
        secrets: mounts.filter_map(|path| path.strip_prefix(SECRETS).map(str::to_owned)).collect(),
    }
}

#[test]
fn compose_and_kubernetes_give_each_role_the_same() {
    let compose = compose();
    for name in roles().map(Role::name).chain(["migrate"]) {
        let (one, other) = (of_compose(&compose["services"][name]), of_kubernetes(name));
        assert_eq!(one, other, "{name}: compose and Kubernetes");
        assert_eq!(one.command, [name]);
        for (variable, value) in one.variables.iter().filter(|(variable, _)| variable.ends_with("_FILE")) {
            let folder = value.strip_prefix(SECRETS).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            assert!(one.secrets.contains(folder), "{name}: {variable} names {value}, which is not mounted");
        }
        for secret in &one.secrets {
            let named = one.variables.values().any(|value| value.starts_with(&format!("{SECRETS}{secret}/")));
            assert!(named, "{name} may read the secret {secret} and has no use for it");
        }
    }
}

#[test]
fn every_role_runs_in_both_and_no_other() {
    let own: BTreeSet<&str> = roles().map(Role::name).collect();
    let compose = compose();
    let services = compose["services"].as_object().expect("services");
    // Roles restart; what runs once does not.
    let ours =
        services.iter().filter(|(_, service)| service["image"] == "cims:local" && service["restart"].is_string());
    assert_eq!(ours.map(|(name, _)| name.as_str()).collect::<BTreeSet<_>>(), own);

    let resources = texts(&documents(&format!("{BASE}/kustomization.yaml"))[0]["resources"]);
    let deployed: BTreeSet<String> = resources
        .iter()
        .flat_map(|file| documents(&format!("{BASE}/{file}")))
        .filter(|document| document["kind"] == "Deployment")
        .map(|document| text(&document["metadata"]["name"]))
        .collect();
    assert_eq!(deployed.iter().map(String::as_str).collect::<BTreeSet<_>>(), own);
}

#[test]
fn variables_are_the_ones_that_the_role_reads() {
    let table: Vec<_> = variables::all().collect();
    let compose = compose();
    for role in roles() {
        for name in of_compose(&compose["services"][role.name()]).variables.keys() {
            let known = table.iter().find(|(own, _)| own.name == *name || own.is_secret && own.file_name() == *name);
            let (_, readers) = known.unwrap_or_else(|| panic!("{}: nobody reads {name}", role.name()));
            assert!(readers.include(role), "{} does not read {name}", role.name());
        }
    }
}

#[test]
fn ports_are_the_binarys() {
    let compose = compose();
    for role in roles() {
        let port = u64::from(role.default_address().port());
        let service = &compose["services"][role.name()];
        assert_eq!(texts(&service["healthcheck"]["test"])[3], format!("127.0.0.1:{port}"), "{}", role.name());

        let given = of_compose(service);
        let address = match role {
            Role::Gateway => variables::HTTP_ADDR,
            _ => variables::SERVICE_ADDR.of(role.name()),
        };
        assert_eq!(given.variables[&*address.name], format!("0.0.0.0:{port}"));
        for peer in Role::SERVICES {
            let url = format!("http://{}:{}", peer.name(), peer.default_address().port());
            assert_eq!(given.variables[&*variables::SERVICE_URL.of(peer.name()).name], url, "{}", role.name());
        }

        let [deployment, service] = &documents(&format!("{BASE}/{}.yaml", role.name()))[..] else {
            panic!("a deployment and a service")
        };
        let ports = &deployment["spec"]["template"]["spec"]["containers"][0]["ports"];
        assert_eq!((&ports[0]["name"], ports[0]["containerPort"].as_u64()), (&"api".into(), Some(port)));
        assert_eq!((&ports[1]["name"], ports[1]["containerPort"].as_u64()), (&"metrics".into(), Some(METRICS_PORT)));
        assert_eq!(service["metadata"]["name"], role.name());
        assert_eq!(service["spec"]["ports"][0]["port"].as_u64(), Some(port));
        assert_eq!(service["spec"]["selector"], deployment["spec"]["selector"]["matchLabels"]);
    }
}

#[test]
fn nobody_is_killed_while_it_drains() {
    let every_role = documents(&format!("{BASE}/every-role.yaml")).remove(0);
    let pod = &every_role["spec"]["template"]["spec"];
    let seconds = |value: &Value| Duration::from_secs(value.as_u64().expect("seconds"));
    let pause = seconds(&pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]);
    assert!(seconds(&pod["terminationGracePeriodSeconds"]) > pause + STOP_LIMIT);

    for role in roles() {
        let grace = text(&compose()["services"][role.name()]["stop_grace_period"]);
        let grace = grace.strip_suffix('s').and_then(|grace| grace.parse().ok()).expect("seconds");
        assert!(Duration::from_secs(grace) > STOP_LIMIT, "{}", role.name());
    }
}

/// One process of each service fits into the databases beside compose and `single`, and as many as scaling ends at into that of
/// `cluster`. A pool that is new or larger finds out here.
#[tokio::test(flavor = "multi_thread")]
async fn databases_have_room_for_every_connection() {
    /// What PostgreSQL keeps for administrators.
    const RESERVED: f64 = 3.0;
    let binary = Binary::start().await;
    let wanted = eventually("every service has told its connections", || connections(&binary)).await;
    let told = format!("{wanted} for one process of each");
    assert!(read("docs/operations/scale.md").contains(&told), "docs/operations/scale.md does not say {told:?}");

    let single = documents("deploy/kubernetes/overlays/single/postgres.yaml").remove(0);
    let container = &single["spec"]["template"]["spec"]["containers"][0];
    for arguments in [&container["args"], &compose()["services"]["postgres"]["command"]] {
        let given: Option<f64> =
            texts(arguments).iter().find_map(|given| given.strip_prefix("max_connections=")?.parse().ok());
        assert!(given.is_some_and(|given| given >= wanted + RESERVED), "{given:?} connections of {wanted}");
    }

    let cluster = documents("deploy/kubernetes/overlays/cluster/database.yaml").remove(0);
    let given = text(&cluster["spec"]["postgresql"]["parameters"]["max_connections"]);
    let given: f64 = given.parse().expect("a number");
    let scaled = documents("deploy/kubernetes/overlays/cluster/queue-scaling.yaml");
    let pods = scaled.iter().filter_map(|scaled| scaled["spec"]["maxReplicaCount"].as_f64()).fold(0.0, f64::max);
    assert!(pods > 1.0 && given >= pods * wanted + RESERVED, "{given} connections, {pods} times {wanted}");
}

/// How many connections the roles of a process may open, once every service has told it.
async fn connections(binary: &Binary) -> Option<f64> {
    let text = reqwest::get(format!("http://{}/metrics", binary.metrics)).await.ok()?.text().await.ok()?;
    let value = |line: &str| line.strip_prefix("cims_pool_connections_max{")?.split(' ').nth(1)?.parse::<f64>().ok();
    let told: Vec<f64> = text.lines().filter_map(value).collect();
    (told.len() == Role::SERVICES.len()).then(|| told.iter().sum())
}

/// What the operators read, no schema of ours knows: here are the names by which the resources find each other.
#[test]
fn what_backs_up_finds_the_database_and_the_store() {
    let [store, schedule] = &documents("deploy/kubernetes/backup/store.yaml")[..] else {
        panic!("a store and a schedule")
    };
    let component = documents("deploy/kubernetes/backup/kustomization.yaml").remove(0);
    let patch = &component["patches"][0];
    let steps: Value = serde_saphyr::from_str(&text(&patch["patch"])).expect("YAML");
    let plugin = &steps[0]["value"][0];
    let cluster = documents("deploy/kubernetes/overlays/cluster/database.yaml").remove(0);
    assert_eq!(patch["target"]["name"], cluster["metadata"]["name"]);
    assert_eq!(schedule["spec"]["cluster"]["name"], cluster["metadata"]["name"]);
    assert_eq!(schedule["spec"]["pluginConfiguration"]["name"], plugin["name"]);
    assert_eq!(plugin["parameters"]["barmanObjectName"], store["metadata"]["name"]);
}

/// Prometheus by its operator has the same jobs, of the same pods, as the one of compose.
#[test]
fn pod_monitors_scrape_what_the_alerts_ask_for() {
    let monitors = documents("deploy/kubernetes/monitoring/pods.yaml");
    let prometheus = documents("deploy/observability/prometheus.yaml").remove(0);
    let jobs = prometheus["scrape_configs"].as_array().expect("jobs");
    assert_eq!(monitors.len(), jobs.len());
    for (monitor, job) in monitors.iter().zip(jobs) {
        let (spec, name) = (&monitor["spec"], text(&job["job_name"]));
        let label = text(&spec["jobLabel"]);
        assert_eq!(spec["selector"]["matchLabels"][&label], name, "the label {label} names the job");
        for endpoint in spec["podMetricsEndpoints"].as_array().expect("endpoints") {
            assert_eq!((&endpoint["path"], &endpoint["params"]), (&job["metrics_path"], &job["params"]), "{name}");
        }
    }
    let base = documents(&format!("{BASE}/kustomization.yaml")).remove(0);
    assert_eq!(base["labels"][0]["pairs"], monitors[0]["spec"]["selector"]["matchLabels"]);
    let broker = documents("deploy/kubernetes/overlays/single/rabbitmq.yaml").remove(0);
    let labels = &broker["spec"]["template"]["metadata"]["labels"];
    assert_eq!(labels["app.kubernetes.io/component"], "rabbitmq");
}

#[test]
fn every_alert_says_what_to_do() {
    let rules = documents("deploy/observability/alerts.yaml").remove(0);
    let alerts: Vec<String> = rules["groups"]
        .as_array()
        .into_iter()
        .flatten()
        .flat_map(|group| group["rules"].as_array().into_iter().flatten())
        .map(|rule| text(&rule["alert"]))
        .collect();
    let runbooks = read("docs/operations/runbooks.md");
    let sections: Vec<&str> = runbooks.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    assert_eq!(alerts, sections);
    let tests = read("deploy/observability/alerts.test.yaml");
    for alert in alerts {
        assert!(tests.contains(&format!("alertname: {alert}\n")), "{alert} is never seen to fire");
    }
}

#[test]
fn alerts_and_dashboards_ask_for_metrics_that_there_are() {
    let sources = ["crates/kit/src/metrics.rs", "gateway/src/edge.rs"].map(read).concat();
    for file in ["deploy/observability/alerts.yaml", "deploy/observability/grafana/dashboards/cims.json"] {
        let asked = read(file);
        let names = asked.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
        let ours: BTreeSet<&str> = names.filter(|name| name.starts_with("cims_")).collect();
        assert!(ours.len() > 3, "{file}");
        for name in ours {
            let name = ["_bucket", "_count"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name);
            assert!(sources.contains(&format!("\"{name}\"")), "{file} asks for {name}");
        }
    }
}
