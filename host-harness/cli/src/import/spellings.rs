//! What columns are called, in many languages and in the exports of well-known programs.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What a column can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Field {
    Email,
    Name,
    FirstName,
    LastName,
    Brand,
    /// Where no column is called after brands, one called after accounts names them.
    Account,
    Label,
    /// The agency's own words about a client.
    Note,
    /// The personal words in the invite mail.
    Message,
}

/// How headers are spelled, without case, accents, spaces and punctuation. Where several
/// columns fit one field, the spelling that stands first here wins; further e-mail columns
/// count where the first is empty. Brands are in all columns that fit.
///
/// The languages in their order: English, German, French, Spanish, Italian, Portuguese, Dutch,
/// Swedish, Danish and Norwegian, Finnish, Polish, Czech, Hungarian, Turkish, Russian,
/// Ukrainian, Japanese, Chinese, Korean.
///
/// A `note` is the agency's own and never mailed: rosters have columns of that name with
/// words that aren't meant for the client.
#[rustfmt::skip]
const SPELLINGS: &[(Field, &[&str])] = &[
    (Field::Email, &[
        "email", "emailaddress", "mail", "mailaddress",
        "emailadresse", "mailadresse", "courriel", "adresseemail", "adressemail",
        "adresseelectronique", "adressecourriel", "correo", "correoelectronico",
        "direcciondecorreoelectronico", "direcciondecorreo", "indirizzoemail", "indirizzomail",
        "postaelettronica", "indirizzodipostaelettronica", "enderecodeemail", "correioeletronico",
        "emailadres", "mailadres", "epost", "epostadress", "mejl", "mejladress", "epostadresse",
        "mailadresser", "sahkoposti", "sahkopostiosoite", "adresemail", "adrespocztyelektronicznej",
        "emailovaadresa", "emailcim", "eposta", "epostaadresi", "электроннаяпочта", "почта",
        "адресэлектроннойпочты", "емейл", "имейл", "электроннаяпошта", "електроннапошта", "пошта",
        "メールアドレス", "メール", "eメール", "电子邮件", "电子邮箱", "邮箱", "邮箱地址", "邮件地址",
        "電子郵件", "電子郵件地址", "이메일", "이메일주소", "전자메일",
        // The contact lists of mail programs, and CRMs with several addresses a person.
        "email1value", "email1address", "emailwork", "personemailwork", "personemail",
        "primaryemail", "workemail", "businessemail", "clientemail", "contactemail", "useremail",
        "email2value", "email2address", "email3value", "email3address", "secondaryemail",
        "personemailhome", "personemailother", "emailhome", "homeemail", "personalemail",
        "emailother",
    ]),
    (Field::Name, &[
        "fullname", "name", "contactname", "contact", "clientname", "client", "displayname",
        "personname", "vollstandigername", "kontakt", "kontaktname", "ansprechpartner", "kunde",
        "kundenname", "nomcomplet", "nom", "nombrecompleto", "nombre", "contacto", "cliente",
        "nomecompleto", "nome", "nominativo", "contatto", "contato", "volledigenaam", "naam",
        "contactpersoon", "klant", "fullstandigtnamn", "namn", "kontaktperson", "kund",
        "fuldenavn", "fulltnavn", "navn", "kundenavn", "kokonimi", "nimi", "asiakas",
        "imieinazwisko", "klient", "celejmeno", "jmenoaprijmeni", "zakaznik", "teljesnev", "nev",
        "adsoyad", "adisoyadi", "isim", "musteri", "фио", "полноеимя", "имяифамилия", "контакт",
        "клиент", "піб", "повнеімя", "氏名", "名前", "お名前", "姓名", "联系人", "聯絡人", "客户",
        "이름", "성명",
    ]),
    (Field::FirstName, &[
        "firstname", "first", "givenname", "forename", "vorname", "prenom", "primernombre",
        "primeironome", "nomeproprio", "voornaam", "fornamn", "fornavn", "etunimi", "imie",
        "jmeno", "krestnijmeno", "keresztnev", "utonev", "ad", "adi", "имя", "імя", "名",
    ]),
    (Field::LastName, &[
        "lastname", "last", "surname", "familyname", "nachname", "familienname", "nomdefamille",
        "apellidos", "apellido", "cognome", "sobrenome", "apelido", "ultimonome", "achternaam",
        "efternamn", "efternavn", "etternavn", "sukunimi", "nazwisko", "prijmeni", "vezeteknev",
        "csaladnev", "soyad", "soyadi", "soyisim", "фамилия", "прізвище", "姓", "성",
    ]),
    (Field::Brand, &[
        "brands", "brand", "brandnames", "brandname", "brandids", "brandid", "marken", "marke",
        "markenname", "marques", "marque", "marcas", "marca", "marchi", "marchio", "merken",
        "merk", "varumarken", "varumarke", "varemærker", "varemærke", "mærker", "mærke",
        "varemerker", "varemerke", "merker", "merke", "brandit", "brandi", "tuotemerkki",
        "tuotemerkit", "marki", "marka", "znacky", "znacka", "markak", "markalar", "бренды",
        "бренд", "марка", "марки", "бренди", "ブランド", "ブランド名", "品牌", "品牌名称", "브랜드",
        "브랜드명",
    ]),
    (Field::Account, &["accounts", "account", "accountnames", "accountname"]),
    (Field::Label, &[
        "label", "personlabel", "bezeichnung", "libelle", "etiqueta", "etichetta", "etiket",
        "etikett", "etykieta", "stitek", "cimke", "метка", "мітка", "ラベル", "标签", "라벨",
    ]),
    (Field::Note, &[
        "note", "notes", "internalnote", "internalnotes", "comment", "comments", "remark",
        "remarks", "notiz", "notizen", "bemerkung", "bemerkungen", "anmerkung", "anmerkungen",
        "kommentar", "kommentare", "remarque", "remarques", "commentaire", "commentaires", "nota",
        "notas", "comentario", "comentarios", "observaciones", "commento", "commenti",
        "observacoes", "notitie", "notities", "opmerking", "opmerkingen", "anteckning",
        "anteckningar", "kommentarer", "noter", "bemærkninger", "notater", "notat",
        "muistiinpanot", "huomautukset", "notatka", "notatki", "uwagi", "poznamka", "poznamky",
        "megjegyzes", "megjegyzesek", "not", "notlar", "заметка", "заметки", "примечание",
        "примечания", "комментарий", "примітка", "примітки", "備考", "メモ", "备注", "備註", "메모",
        "비고",
    ]),
    (Field::Message, &[
        "message", "personalmessage", "personalnote", "invitemessage", "invitenote",
        "invitationmessage",
    ]),
];

/// Headers of columns that may hold brands, and often hold something else.
#[rustfmt::skip]
const PERHAPS_BRANDS: &[&str] = &[
    "company", "companyname", "associatedcompany", "organization", "organizationname",
    "organization1name", "personorganization", "organisation", "firma", "unternehmen", "entreprise",
    "societe", "empresa", "azienda", "bedrijf", "foretag", "virksomhed", "tags", "tag", "labels",
    "categories", "lists", "segments", "groups", "project", "projects",
];

/// What a header names: a field, and the place of the header among the field's spellings.
pub(super) type Named = (Field, usize);

/// What each spelling names.
static NAMED: LazyLock<HashMap<String, Named>> = LazyLock::new(|| {
    let of = |(field, names): &'static (Field, &[&str])| {
        names.iter().enumerate().map(|(place, name)| (folded(name), (*field, place)))
    };
    SPELLINGS.iter().flat_map(of).collect()
});

/// What the header names; none if nothing is spelled like that.
pub(super) fn named(header: &str) -> Option<Named> {
    let name = folded(header);
    let find = |name: &str| NAMED.get(name).copied();
    // `Brand 1`, `Brand 2`, …
    let unnumbered = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    find(&name).or_else(|| find(unnumbered).filter(|(field, _)| *field == Field::Brand))
}

/// True for the header of a column that may hold brands.
pub(super) fn may_name_brands(header: &str) -> bool {
    PERHAPS_BRANDS.contains(&folded(header).as_str())
}

/// How the field's headers are spelled, the usual first.
pub(super) fn spellings(field: Field) -> impl Iterator<Item = &'static str> {
    let rows = SPELLINGS.iter().filter(move |(found, _)| *found == field);
    rows.flat_map(|(_, spellings)| spellings.iter().copied())
}

/// The same for all ways of writing a header: without accents, case and punctuation.
pub(super) fn folded(header: &str) -> String {
    #[cfg(test)]
    FOLDED.set(FOLDED.get() + 1);
    let plain = header.nfkd().filter(|letter| !is_combining_mark(*letter));
    // Letters that modify others stand for apostrophes: `Імʼя`.
    let is_kept =
        |letter: &char| letter.is_alphanumeric() && !('\u{2b0}'..='\u{2ff}').contains(letter);
    plain.flat_map(char::to_lowercase).filter(is_kept).collect()
}

/// True for words of languages in which the family's name comes first.
pub(super) fn puts_family_first(header: &str) -> bool {
    let name = folded(header);
    ["vezeteknev", "csaladnev"].contains(&name.as_str())
        || name.chars().any(|letter| letter >= '\u{1100}')
}

#[cfg(test)]
thread_local! {
    /// How many texts this thread has folded: what reading headers costs.
    pub(super) static FOLDED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_in_one_place_only() {
        let mut all: Vec<String> =
            SPELLINGS.iter().flat_map(|(_, names)| names.iter().map(|name| folded(name))).collect();
        let count = all.len();
        all.sort_unstable();
        let mut once = all.clone();
        once.dedup();
        let twice = all.windows(2).find(|pair| pair[0] == pair[1]);
        assert_eq!(once.len(), count, "{twice:?}");
        assert!(all.iter().all(|name| !name.is_empty()));
    }

    #[test]
    fn accents_dont_matter_however_they_are_composed() {
        for header in ["Prénom", "Pre\u{301}nom", "PRENOM", "pré nom:"] {
            let found = named(header);
            assert_eq!(found, named("prenom"), "{header}");
            assert_eq!(found.map(|(field, _)| field), Some(Field::FirstName), "{header}");
        }
        for (header, field) in [
            ("ブランド", Some(Field::Brand)),
            ("Brand 12", Some(Field::Brand)),
            ("İsim", Some(Field::Name)),
            ("Name 2", None),
            ("E-mail 1 - Value", Some(Field::Email)),
            ("phone", None),
            ("12", None),
            ("", None),
        ] {
            assert_eq!(named(header).map(|(field, _)| field), field, "{header}");
        }
    }
}
