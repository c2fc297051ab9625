//! How values are made.

use rand::Rng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

/// A make of values.
#[derive(Clone)]
pub enum Make {
    /// One of these, with `|` between.
    One(&'static str),
    /// `0` a digit, `n` a digit but nought, `A` a capital, `a` a small letter, `h` a hexadecimal digit; anything else itself.
    Form(&'static str),
    Between(i64, i64),
    Decimal(f64, f64, usize),
    /// Counts up from a number.
    Up(i64),
    /// A day between two years: the year stands for `Y`, the month for `M`, the day for `D`, an abbreviated month for `B`, two digits of the year for `y`.
    Day(u32, u32, &'static str),
    Name(Way),
    /// A name in capitals.
    Loud(Way),
    /// Identity number with the right letter: which prefixes, and how it is written (`P` prefix, `N` seven digits, `E` the last three, `L` letter).
    Nric(&'static str, &'static str),
    /// The same with a letter that is wrong.
    Wrong(&'static str),
    Card,
    /// Sixteen digits whose check is wrong.
    NoCard,
    Plate,
    Email,
    Address,
    /// A sentence; `{}` stands for a value of the other make.
    Text(&'static str, Box<Self>),
    /// So many of a hundred of the first, else the second.
    Mixed(u32, Box<Self>, Box<Self>),
}

/// Whose ways of naming.
#[derive(Clone, Copy)]
pub enum Way {
    Chinese,
    Malay,
    Indian,
    Western,
    Written,
    Any,
}

pub fn values(make: &Make, rows: usize, rng: &mut ChaCha8Rng) -> Vec<String> {
    (0..rows).map(|row| value(make, row, rng)).collect()
}

fn value(make: &Make, row: usize, rng: &mut ChaCha8Rng) -> String {
    match make {
        Make::One(all) => one(all, rng),
        Make::Form(form) => formed(form, rng),
        Make::Between(least, most) => rng.random_range(*least..=*most).to_string(),
        Make::Decimal(least, most, places) => format!("{:.places$}", rng.random_range(*least..=*most), places = *places),
        Make::Up(first) => (first + i64::try_from(row).unwrap_or_default()).to_string(),
        Make::Day(from, to, form) => day(*from, *to, form, rng),
        Make::Name(way) => name(*way, rng),
        Make::Loud(way) => name(*way, rng).to_uppercase(),
        Make::Nric(prefixes, form) => nric(prefixes, form, true, rng),
        Make::Wrong(prefixes) => nric(prefixes, "PNL", false, rng),
        Make::Card => card(true, rng),
        Make::NoCard => card(false, rng),
        Make::Plate => plate(rng),
        Make::Email => email(rng),
        Make::Address => address(rng),
        Make::Text(all, inner) => one(all, rng).replace("{}", &value(inner, row, rng)),
        // Spread evenly, so that no column of a family has none of the first.
        Make::Mixed(share, first, second) => value(if row * 37 % 100 < *share as usize { first } else { second }, row, rng),
    }
}

fn one(all: &str, rng: &mut ChaCha8Rng) -> String {
    all.split('|').collect::<Vec<_>>().choose(rng).copied().unwrap_or_default().to_owned()
}

fn formed(form: &str, rng: &mut ChaCha8Rng) -> String {
    form.chars()
        .map(|c| match c {
            '0' => char::from(rng.random_range(b'0'..=b'9')),
            'n' => char::from(rng.random_range(b'1'..=b'9')),
            'A' => char::from(rng.random_range(b'A'..=b'Z')),
            'a' => char::from(rng.random_range(b'a'..=b'z')),
            'h' => b"0123456789abcdef".choose(rng).copied().map_or('0', char::from),
            other => other,
        })
        .collect()
}

fn day(from: u32, to: u32, form: &str, rng: &mut ChaCha8Rng) -> String {
    let (year, month, day) = (rng.random_range(from..=to), rng.random_range(1..=12_usize), rng.random_range(1..=28));
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    form.replace('Y', &year.to_string())
        .replace('M', &format!("{month:02}"))
        .replace('D', &format!("{day:02}"))
        .replace('y', &format!("{:02}", year % 100))
        .replace('B', names.get(month - 1).copied().unwrap_or_default())
}

const CHINESE: (&str, &str) = (
    "Tay|Ng|Seah|Quah|Low|Yeo|Chia|Foo|Soh|Heng|Zhang|Kwek|Liew|Phua|Toh|Ang",
    "Jia Hui|Boon Kiat|Wei Jie|Xiu Mei|Zhi Hao|Siew Lan|Kai Ren|Pei Shan|Yong Sheng|Mei Yi|Jing Wen|Chee Meng|Rui En|Swee Lian|Hao Yang|Shu Fen",
);
const MALAY: &str = "Nurin|Hazwan|Syazwani|Amirul|Zulaikha|Danish|Norashikin|Haikal|Rosmah|Taufiq|Fauziah|Ridhwan|Sufyan|Hajar|Mahathir|Zubaidah";
const INDIAN: (&str, &str) = (
    "Gopinath|Vasudevan|Thiagarajan|Namasivayam|Elangovan|Chandrasekaran|Ramanathan|Selvaraj|Palaniappan|Jeyaraj|Sekhon|Mathew",
    "Hemalatha|Saravanan|Yamini|Logan|Premalatha|Ashvin|Durga|Kesavan|Roshini|Gayathri|Navin|Tharshini",
);
const WESTERN: (&str, &str) = (
    "Abernathy|Whitfield|Lindqvist|O'Donnell|Baptiste|Kaufmann|Moretti|Okonjo|Szymanski|Delacroix|Haugen|Ashworth|Barros|Petrakis|van den Berg|McAllister",
    "Harriet|Gareth|Ottilie|Benedict|Rosalind|Tobias|Imogen|Fabian|Leticia|Anselm|Siobhan|Rafael|Greta|Hamish|Noemi|Callum",
);

fn name(way: Way, rng: &mut ChaCha8Rng) -> String {
    match way {
        Way::Chinese if rng.random_ratio(1, 5) => {
            format!("{} {} {}", one("Jasper|Felicity|Brandon|Cheryl|Glenda|Marvin", rng), one(CHINESE.0, rng), one(CHINESE.1, rng))
        }
        Way::Chinese => format!("{} {}", one(CHINESE.0, rng), one(CHINESE.1, rng)),
        Way::Malay => {
            let between = one("bin|binte|Bte|Binti", rng);
            format!("{} {between} {}", one(MALAY, rng), one(MALAY, rng))
        }
        Way::Indian if rng.random_ratio(1, 3) => format!("{} {} {}", one(INDIAN.1, rng), one("s/o|d/o", rng), one(INDIAN.0, rng)),
        Way::Indian => format!("{} {}", one(INDIAN.1, rng), one(INDIAN.0, rng)),
        Way::Western => format!("{} {}", one(WESTERN.1, rng), one(WESTERN.0, rng)),
        Way::Written => one("陳怡君|林志豪|王淑芬|蔡文杰|吴雨桐|張雅婷|佐藤美咲|高橋健一|김민지|박지훈|李思远|黄俊凯", rng),
        Way::Any => {
            let way = [Way::Chinese, Way::Chinese, Way::Malay, Way::Indian, Way::Western].choose(rng).copied().unwrap_or(Way::Western);
            name(way, rng)
        }
    }
}

fn nric(prefixes: &str, form: &str, right: bool, rng: &mut ChaCha8Rng) -> String {
    let prefix = prefixes.chars().collect::<Vec<_>>().choose(rng).copied().unwrap_or('S');
    let number = rng.random_range(0..10_000_000_u32);
    let digits = format!("{number:07}");
    let sum: u32 = digits.chars().filter_map(|c| c.to_digit(10)).zip([2, 7, 6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
    // From the published tables: by prefix what is added, and the letters by what remains of eleven.
    let (added, letters) = match prefix {
        'S' => (0, "JZIHGFEDCBA"),
        'T' => (4, "JZIHGFEDCBA"),
        'F' => (0, "XWUTRQPNMLK"),
        'G' => (4, "XWUTRQPNMLK"),
        _ => (3, "XWUTRQPNJLK"),
    };
    let off = if right { 0 } else { rng.random_range(1..11) };
    let letter = letters.chars().nth(((sum + added + off) % 11) as usize).unwrap_or('A');
    form.replace('N', &digits).replace('E', digits.get(4..).unwrap_or_default()).replace('P', &prefix.to_string()).replace('L', &letter.to_string())
}

fn card(right: bool, rng: &mut ChaCha8Rng) -> String {
    let mut digits: Vec<u32> = one("4|51|53|55", rng).chars().filter_map(|c| c.to_digit(10)).collect();
    digits.extend((digits.len()..15).map(|_| rng.random_range(0..10)).collect::<Vec<_>>());
    let sum: u32 = digits.iter().enumerate().map(|(at, digit)| if at % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { *digit }).sum();
    digits.push((10 - sum % 10 + u32::from(!right)) % 10);
    let text: String = digits.iter().map(u32::to_string).collect();
    match (right, rng.random_range(0..3)) {
        (true, 0) => text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" "),
        _ => text,
    }
}

/// Two letters, four digits, and the letter that they give: A is 1; weights 9, 4, 5, 4, 3, 2; what remains of nineteen.
fn plate(rng: &mut ChaCha8Rng) -> String {
    let second = rng.random_range(0..26_u32);
    let third = rng.random_range(0..26_u32);
    let number = rng.random_range(1..10_000_u32);
    let sum = (second + 1) * 9 + (third + 1) * 4 + number / 1000 * 5 + number / 100 % 10 * 4 + number / 10 % 10 * 3 + number % 10 * 2;
    let letter = "AZYXUTSRPMLKJHGEDCB".chars().nth((sum % 19) as usize).unwrap_or('A');
    let capital = |index: u32| char::from_u32(u32::from('A') + index).unwrap_or('A');
    format!("S{}{}{}{number}{}{letter}", capital(second), capital(third), one("| ", rng), one("| ", rng))
}

fn email(rng: &mut ChaCha8Rng) -> String {
    let words: Vec<String> =
        name(Way::Any, rng).to_lowercase().split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).map(str::to_owned).collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    words.shuffle(rng);
    let local = words.get(..2.min(words.len())).unwrap_or_default().join(&one(".|_|", rng));
    format!("{local}{}@{}", one("||7|88|1990", rng), one("mail.example|post.example.sg|agency.example|uni.example.edu", rng))
}

fn address(rng: &mut ChaCha8Rng) -> String {
    let road = one(
        "Kestrel Road|Jalan Melor|Lorong 12 Cempaka|Orchid Grove|Tamarind Ave 4|Old Quarry Lane|Heron Crescent|Banyan Street 21|Temasek Rise",
        rng,
    );
    let (house, floor, unit, code) = (rng.random_range(1..900), rng.random_range(1..30), rng.random_range(1..700), rng.random_range(10_000..820_000));
    match rng.random_range(0..4) {
        0 => format!("Blk {house} {road} #{floor:02}-{unit:02} Singapore {code:06}"),
        1 => format!("{house} {road} S({code:06})"),
        2 => format!("{}, #{floor:02}-{unit}, {code:06}", format!("{house} {road}").to_uppercase()),
        _ => format!("{house}{} {road}, #{floor:02}-{unit:03}", one("A|B||", rng)),
    }
}
