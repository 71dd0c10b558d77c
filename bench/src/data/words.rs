//! Words that names are made of.

pub const CITIES: [(&str, &str); 20] = [
    ("北京", "110105"),
    ("天津", "120103"),
    ("石家庄", "130104"),
    ("太原", "140105"),
    ("沈阳", "210102"),
    ("长春", "220104"),
    ("哈尔滨", "230103"),
    ("上海", "310115"),
    ("南京", "320104"),
    ("苏州", "320508"),
    ("杭州", "330106"),
    ("合肥", "340104"),
    ("福州", "350102"),
    ("南昌", "360102"),
    ("济南", "370102"),
    ("郑州", "410105"),
    ("武汉", "420106"),
    ("长沙", "430103"),
    ("广州", "440106"),
    ("成都", "510104"),
];

/// Characters of brands.
pub const BRANDS: &str = "华晨宏达瑞丰泰安盛嘉恒远信诚博雅德润金鑫银泽海天云龙凤祥和顺兴隆中美东方新世纪联创优品卓越启航星辰光明锦绣江山绿源";

pub const TRADES: [&str; 20] = [
    "科技",
    "贸易",
    "实业",
    "电子",
    "机械",
    "建材",
    "食品",
    "医药",
    "物流",
    "教育",
    "咨询",
    "网络",
    "能源",
    "环保",
    "服饰",
    "家具",
    "化工",
    "农业",
    "文化传媒",
    "餐饮管理",
];

pub const FORMS: [&str; 4] = ["有限公司", "有限责任公司", "股份有限公司", "集团有限公司"];

pub const SURNAMES: &str =
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎";

pub const GIVEN: &str =
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英文辉玲华建国志红玉兰波宁健俊帆雪晓梅林凯莉斌欣怡浩宇婷雨轩";

pub const INDUSTRIES: [&str; 8] =
    ["manufacturing", "wholesale", "retail", "logistics", "software", "finance", "education", "health"];
pub const SOURCES: [&str; 5] = ["exhibition", "referral", "online", "telemarketing", "media"];
pub const LEVELS: [&str; 6] = ["vip", "important", "important", "normal", "normal", "normal"];
pub const STATUSES: [&str; 5] = ["potential", "interested", "won", "active", "lost"];
pub const REMARKS: [&str; 4] =
    ["", "", "展会上认识，要求月底报价；偏好微信联系", "老客户介绍，关注售后与交期，季度复购"];
