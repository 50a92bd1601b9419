//! Realistic people: names, mail addresses and postal addresses that fit a country.

use fake::Fake;
use fake::faker::address::raw::{BuildingNumber, CityName, StateName, StreetName, ZipCode};
use fake::faker::name::raw::{FirstName, LastName};
use fake::locales::{DE_DE, EN, FR_FR, IT_IT, NL_NL};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;

/// A customer's profile before any mess.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Profile {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub domain: String,
    pub address: Address,
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub street: String,
    pub city: String,
    pub state: String,
    pub country: String,
    pub zip: String,
}

#[derive(Debug, Clone, Copy)]
enum Country {
    UnitedStates,
    Germany,
    France,
    Italy,
    Netherlands,
}

/// How the customers spread over countries; listed more than once means more of them.
const COUNTRIES: [Country; 8] = [
    Country::UnitedStates,
    Country::UnitedStates,
    Country::UnitedStates,
    Country::Germany,
    Country::Germany,
    Country::France,
    Country::Italy,
    Country::Netherlands,
];

/// The library knows no French regions.
const FRENCH_REGIONS: [&str; 6] = [
    "Bretagne",
    "Normandie",
    "Occitanie",
    "Île-de-France",
    "Grand Est",
    "Hauts-de-France",
];

/// Few enough domains that counting customers by domain shows something.
const DOMAINS: [&str; 8] = [
    "example.com",
    "example.org",
    "example.net",
    "mail.example",
    "post.example",
    "webmail.example",
    "corp.example",
    "uni.example",
];

impl Profile {
    /// A new person in a random country.
    pub(super) fn random(rng: &mut StdRng) -> Self {
        let country = *COUNTRIES.choose(rng).unwrap_or(&Country::UnitedStates);
        let (first_name, last_name) = name(country, rng);
        let domain = (*DOMAINS.choose(rng).unwrap_or(&"example.com")).to_owned();
        let email = email(&first_name, &last_name, &domain, rng);
        Self {
            first_name,
            last_name,
            email,
            domain,
            address: address(country, rng),
        }
    }

    /// What a real update does: someone moves, marries, or takes another mail address.
    pub(super) fn change(&mut self, rng: &mut StdRng) {
        let country = *COUNTRIES.choose(rng).unwrap_or(&Country::UnitedStates);
        match rng.random_range(0..10) {
            0..=4 => self.address = address(country, rng),
            5..=6 => self.last_name = name(country, rng).1,
            _ => {
                self.domain = (*DOMAINS.choose(rng).unwrap_or(&"example.com")).to_owned();
                self.email = email(&self.first_name, &self.last_name, &self.domain, rng);
            }
        }
    }
}

fn name(country: Country, rng: &mut StdRng) -> (String, String) {
    match country {
        Country::UnitedStates => (FirstName(EN).fake_with_rng(rng), LastName(EN).fake_with_rng(rng)),
        Country::Germany => (
            FirstName(DE_DE).fake_with_rng(rng),
            LastName(DE_DE).fake_with_rng(rng),
        ),
        Country::France => (
            FirstName(FR_FR).fake_with_rng(rng),
            LastName(FR_FR).fake_with_rng(rng),
        ),
        Country::Italy => (
            FirstName(IT_IT).fake_with_rng(rng),
            LastName(IT_IT).fake_with_rng(rng),
        ),
        Country::Netherlands => (
            FirstName(NL_NL).fake_with_rng(rng),
            LastName(NL_NL).fake_with_rng(rng),
        ),
    }
}

fn email(first: &str, last: &str, domain: &str, rng: &mut StdRng) -> String {
    let plain = |text: &str| -> String {
        text.chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    };
    format!(
        "{}.{}{}@{domain}",
        plain(first),
        plain(last),
        rng.random_range(1..100)
    )
}

fn address(country: Country, rng: &mut StdRng) -> Address {
    let (street, city, state, zip): (String, String, String, String) = match country {
        Country::UnitedStates => {
            let number: String = BuildingNumber(EN).fake_with_rng(rng);
            let street: String = StreetName(EN).fake_with_rng(rng);
            (
                format!("{number} {street}"),
                CityName(EN).fake_with_rng(rng),
                StateName(EN).fake_with_rng(rng),
                format!("{:05}", rng.random_range(501..99951)),
            )
        }
        Country::Germany => (
            numbered(StreetName(DE_DE).fake_with_rng(rng), rng),
            CityName(DE_DE).fake_with_rng(rng),
            StateName(DE_DE).fake_with_rng(rng),
            ZipCode(DE_DE).fake_with_rng(rng),
        ),
        Country::France => (
            numbered(StreetName(FR_FR).fake_with_rng(rng), rng),
            CityName(FR_FR).fake_with_rng(rng),
            (*FRENCH_REGIONS.choose(rng).unwrap_or(&"Bretagne")).to_owned(),
            ZipCode(FR_FR).fake_with_rng(rng),
        ),
        Country::Italy => (
            numbered(StreetName(IT_IT).fake_with_rng(rng), rng),
            CityName(IT_IT).fake_with_rng(rng),
            StateName(IT_IT).fake_with_rng(rng),
            ZipCode(IT_IT).fake_with_rng(rng),
        ),
        Country::Netherlands => (
            numbered(StreetName(NL_NL).fake_with_rng(rng), rng),
            CityName(NL_NL).fake_with_rng(rng),
            StateName(NL_NL).fake_with_rng(rng),
            ZipCode(NL_NL).fake_with_rng(rng),
        ),
    };
    let country = match country {
        Country::UnitedStates => "United States",
        Country::Germany => "Germany",
        Country::France => "France",
        Country::Italy => "Italy",
        Country::Netherlands => "Netherlands",
    };
    Address {
        street,
        city,
        state,
        country: country.to_owned(),
        zip,
    }
}

fn numbered(street: String, rng: &mut StdRng) -> String {
    format!("{street} {}", rng.random_range(1..200))
}
