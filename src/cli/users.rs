//! Who may log in to a server: `--user`, and behind it what that user logs in with.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches};

use crate::error::{Error, Result};
use crate::server::auth::Users;

/// The users of the command line.
#[derive(Debug, Clone, Default)]
pub struct UserOptions(Vec<UserOption>);

/// One user, with one means to log in.
#[derive(Clone, PartialEq, Eq)]
struct UserOption {
    name: String,
    means: Means,
}

#[derive(Clone, PartialEq, Eq)]
enum Means {
    Password(String),
    AccessToken(String),
    PublicKey(PathBuf),
}

impl std::fmt::Debug for UserOption {
    /// Without the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name)
    }
}

impl UserOptions {
    /// The users; none if there were no options.
    ///
    /// # Errors
    /// A key file that cannot be read or holds no key.
    pub fn users(&self) -> Result<Users> {
        let mut users = Users::default();
        for UserOption { name, means } in &self.0 {
            match means {
                Means::Password(password) => users.add_password(name, password),
                Means::AccessToken(token) => users.add_token(name, token),
                Means::PublicKey(path) => {
                    let failed = |what: String| {
                        Error::configuration(format!("--public-key {}: {what}", path.display()))
                    };
                    let pem = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
                    users
                        .add_key(name, &pem)
                        .map_err(|error| failed(error.message().to_owned()))?;
                }
            }
        }
        Ok(users)
    }
}

const MEANS: [(&str, &str, &str); 3] = [
    ("password", "P", "The password of the --user before it"),
    (
        "public-key",
        "FILE",
        "The public key, in PEM, of the --user before it",
    ),
    (
        "access-token",
        "TOKEN",
        "A programmatic access token of the --user before it",
    ),
];

impl Args for UserOptions {
    fn augment_args(command: Command) -> Command {
        let user = Arg::new("user")
            .long("user")
            .value_name("NAME")
            .action(ArgAction::Append)
            .help("Lets this user in, and nobody who is not named so; may be given several times");
        let means = MEANS.map(|(name, value, help)| {
            Arg::new(name)
                .long(name)
                .value_name(value)
                .value_parser(clap::value_parser!(OsString))
                .action(ArgAction::Append)
                .requires("user")
                .help(help)
        });
        command.arg(user).args(means)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for UserOptions {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let wrong = |what: &str| {
            clap::Error::raw(
                clap::error::ErrorKind::MissingRequiredArgument,
                format!("{what}\n"),
            )
        };
        let places = |name: &str| matches.indices_of(name).into_iter().flatten();
        let names = matches.get_many::<String>("user").into_iter().flatten();
        let users: Vec<(usize, &String)> = places("user").zip(names).collect();
        let mut options = Vec::new();
        for (kind, ..) in MEANS {
            let values = matches.get_many::<OsString>(kind).into_iter().flatten();
            for (place, value) in places(kind).zip(values) {
                let owner = users.iter().rev().find(|(at, _)| *at < place);
                let (_, name) = owner.ok_or_else(|| wrong(&format!("--{kind} stands before any --user")))?;
                let text = || {
                    value
                        .clone()
                        .into_string()
                        .map_err(|_| wrong(&format!("--{kind} is no text")))
                };
                let means = match kind {
                    "password" => Means::Password(text()?),
                    "access-token" => Means::AccessToken(text()?),
                    _ => Means::PublicKey(value.into()),
                };
                let name = (*name).clone();
                options.push(UserOption { name, means });
            }
        }
        if let Some((_, name)) = users
            .iter()
            .find(|(_, name)| options.iter().all(|option| option.name != **name))
        {
            return Err(wrong(&format!(
                "--user {name} has no --password, --public-key or --access-token"
            )));
        }
        Ok(Self(options))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> std::result::Result<UserOptions, clap::Error> {
        let command = UserOptions::augment_args(Command::new("x"));
        let matches = command.try_get_matches_from(std::iter::once("x").chain(arguments.iter().copied()))?;
        UserOptions::from_arg_matches(&matches)
    }

    #[test]
    fn what_follows_a_user_is_that_users() {
        let options = read(&[
            "--user",
            "a",
            "--password",
            "1",
            "--user",
            "b",
            "--access-token",
            "2",
            "--password",
            "3",
        ]);
        let options = options.unwrap();
        let of = |name: &str| options.0.iter().filter(|option| option.name == name).count();
        assert_eq!((of("a"), of("b")), (1, 2));
        assert!(options.0.contains(&UserOption {
            name: "b".to_owned(),
            means: Means::Password("3".to_owned()),
        }));
        assert!(!format!("{options:?}").contains('3'));
        assert!(read(&[]).unwrap().users().unwrap().is_empty());
    }

    #[test]
    fn a_user_without_means_is_refused() {
        assert!(read(&["--user", "a"]).is_err());
        assert!(read(&["--password", "1"]).is_err());
        assert!(read(&["--password", "1", "--user", "a"]).is_err());
    }
}
