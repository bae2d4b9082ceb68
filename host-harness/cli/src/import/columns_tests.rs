//! Headers as people and programs write them, and what is found in them.

use super::*;

fn of(line: &str, choices: &[&str]) -> Result<Columns, ColumnsError> {
    let headers: Vec<String> = line.split(',').map(str::to_owned).collect();
    let choices: Vec<Choice> = choices.iter().map(|choice| choice.parse().unwrap()).collect();
    Columns::of(&headers, &choices)
}

/// What is found, as `field=column`.
fn found(line: &str, choices: &[&str]) -> String {
    let used = of(line, choices).unwrap().used();
    let used: Vec<String> = used.iter().map(|(what, index)| format!("{what}={index}")).collect();
    used.join(" ")
}

#[test]
fn columns_are_found_by_common_spellings() {
    for (line, columns) in [
        ("email", "e-mail=0"),
        ("Name,E-Mail,Brands", "e-mail=1 name=0 brands=2"),
        (" E_MAIL ADDRESS* ,Full name,Brand(s)", "e-mail=0 name=1 brands=2"),
        ("Client,Contact,Mail,Account", "e-mail=2 name=1 brands=3"),
        ("Email,Account,Brand 1,Brand 2", "e-mail=0 brands=2 brands=3"),
        ("Work email,Email,email", "e-mail=1 e-mail=2 e-mail=0"),
        ("mail,label,Notes,Personal message", "e-mail=0 label=1 own note=2 message=3"),
        ("mail,phone,city", "e-mail=0"),
    ] {
        assert_eq!(found(line, &[]), columns, "{line}");
    }
}

/// The headers of a hand-made roster: first name, last name, e-mail, brands, notes.
#[test]
fn columns_are_found_in_many_languages() {
    for line in [
        "First name,Last name,E-mail,Brands,Notes",
        "Vorname,Nachname,E-Mail-Adresse,Marken,Notizen",
        "Prénom,Nom de famille,Adresse e-mail,Marques,Remarques",
        "Primer nombre,Apellidos,Correo electrónico,Marcas,Notas",
        "Primeiro nome,Sobrenome,Endereço de e-mail,Marcas,Observações",
        "Voornaam,Achternaam,E-mailadres,Merken,Opmerkingen",
        "Förnamn,Efternamn,E-postadress,Varumärken,Anteckningar",
        "Fornavn,Etternavn,E-postadresse,Varemerker,Notater",
        "Fornavn,Efternavn,E-mailadresse,Varemærker,Noter",
        "Etunimi,Sukunimi,Sähköposti,Brändit,Muistiinpanot",
        "Imię,Nazwisko,Adres e-mail,Marki,Uwagi",
        "Jméno,Příjmení,E-mailová adresa,Značky,Poznámky",
        "Keresztnév,Vezetéknév,E-mail cím,Márkák,Megjegyzések",
        "Ad,Soyad,E-posta,Markalar,Notlar",
        "Имя,Фамилия,Электронная почта,Бренды,Заметки",
        "Імʼя,Прізвище,Електронна пошта,Бренди,Примітки",
        "名,姓,メールアドレス,ブランド,備考",
        "名,姓,电子邮件,品牌,备注",
    ] {
        let expected = "e-mail=2 first name=0 last name=1 brands=3 own note=4";
        assert_eq!(found(line, &[]), expected, "{line}");
    }
    for line in [
        "Nome,Cognome,Indirizzo email,Marchi",
        "Nom,Prénom,Courriel,Marque",
        "Nombre,Apellidos,Correo,Marca",
        "이름,성,이메일,브랜드",
    ] {
        let columns = of(line, &[]).unwrap();
        assert_eq!(columns.name, Some(0), "{line}");
        let part = columns.first_name.or(columns.last_name);
        assert_eq!((part, columns.emails, columns.brands), (Some(1), vec![2], vec![3]), "{line}");
    }
}

#[test]
fn what_was_chosen_counts() {
    let line = "Kontaktadresse,Mail,Who,Name,First name,Kunde X,Notes";
    for (choices, columns) in [
        (["email=Kontaktadresse"].as_slice(), "e-mail=0 name=3 first name=4 own note=6"),
        (&["email=kontakt-adresse"], "e-mail=0 name=3 first name=4 own note=6"),
        (&["name=Who"], "e-mail=1 name=2 own note=6"),
        (&["brands=Kunde X", "note="], "e-mail=1 name=3 first name=4 brands=5"),
        (&["label=Notes", "first-name=Who"], "e-mail=1 name=3 first name=2 label=6"),
        (
            &["email=Mail", "email=Kontaktadresse"],
            "e-mail=1 e-mail=0 name=3 first name=4 own note=6",
        ),
    ] {
        assert_eq!(found(line, choices), columns, "{choices:?}");
    }
    let error = of(line, &["brands=Kunden"]).unwrap_err().to_string();
    assert!(error.contains("there is no column `Kunden`; the headers are `Kontakt"), "{error}");
    for (text, why) in [("email", "FIELD=HEADER"), ("mail=X", "no field `mail`; fields are email,")]
    {
        let error = text.parse::<Choice>().unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}

#[test]
fn columns_that_may_hold_brands_are_told() {
    let columns = of("Email,Company,Tags,Phone", &[]).unwrap();
    assert_eq!(columns.perhaps_brands, ["Company", "Tags"]);
    assert!(of("Email,Company,Brand", &[]).unwrap().perhaps_brands.is_empty());
}

#[test]
fn without_addresses_the_headers_are_shown() {
    let error = of("Phone,City", &[]).unwrap_err().to_string();
    for part in ["the headers are `Phone`, `City`;", "`email`, `emailaddress`", "--column email="] {
        assert!(error.contains(part), "{error}");
    }
    let error = of("Ann,ann@nike.example", &[]).unwrap_err().to_string();
    assert!(error.contains("has the address `ann@nike.example`"), "{error}");
}
