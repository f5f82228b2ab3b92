//! Reads the declarations of the bindings: constants, types, structs, unions and functions, in the forms that they have
//! there. Whatever it does not know it refuses, so that nothing goes unchecked.

/// A declaration, with types as Rust writes them.
#[derive(Debug)]
pub(crate) enum Declaration {
    Constant {
        name: String,
        value: String,
    },
    Type {
        name: String,
        meaning: String,
    },
    /// A struct or union; the fields are pairs of name and type.
    Record {
        keyword: &'static str,
        name: String,
        fields: Vec<(String, String)>,
    },
    Function {
        name: String,
        arguments: Vec<String>,
        answer: Option<String>,
    },
}

/// All declarations of a source.
pub(crate) fn parse(source: &str) -> Vec<Declaration> {
    let code: String =
        source.lines().filter(|line| !is_ignored(line)).fold(String::new(), |mut code, line| {
            code.push_str(line.trim());
            code.push(' ');
            code
        });
    // What rustfmt has broken into lines.
    let code = code.replace("Option< ", "Option<").replace(", >", ">");
    let mut declarations = Vec::new();
    let mut rest = code.trim();
    while !rest.is_empty() {
        // Functions stand for themselves: the block around them is only opened and closed.
        let bracket = rest.strip_prefix("unsafe extern \"C\" {").or_else(|| rest.strip_prefix('}'));
        let after = bracket.unwrap_or_else(|| {
            let (declaration, after) = one(rest);
            declarations.push(declaration);
            after
        });
        rest = after.trim_start();
    }
    declarations
}

/// Comments, attributes and imports, each on lines of their own.
fn is_ignored(line: &str) -> bool {
    ["//", "#[", "use "].iter().any(|start| line.trim_start().starts_with(start))
}

fn one(code: &str) -> (Declaration, &str) {
    let public = code.strip_prefix("pub ").unwrap_or_else(|| panic!("not public: {code:.60}"));
    let (keyword, body) = public.split_once(' ').expect("a word and more");
    match keyword {
        "const" => {
            let (text, rest) = body.split_once(';').expect("an end");
            let (name, value) = text.split_once('=').expect("a value");
            let (name, _) = name.split_once(':').expect("a type");
            let value = value.trim().replace('_', "");
            (Declaration::Constant { name: name.trim().into(), value }, rest)
        }
        "type" => {
            let (text, rest) = body.split_once(';').expect("an end");
            let (name, meaning) = text.split_once('=').expect("a meaning");
            (Declaration::Type { name: name.trim().into(), meaning: meaning.trim().into() }, rest)
        }
        "struct" | "union" => {
            let (name, body) = body.split_once('{').expect("a body");
            let (fields, rest) = body.split_once('}').expect("an end");
            let fields = split(fields).into_iter().map(|field| named(&field)).collect();
            let keyword = if keyword == "struct" { "struct" } else { "union" };
            (Declaration::Record { keyword, name: name.trim().into(), fields }, rest)
        }
        "fn" => {
            let (text, rest) = body.split_once(';').expect("an end");
            let (head, answer) =
                text.split_once("->").map_or((text, None), |(head, answer)| (head, Some(answer)));
            let (name, arguments) = head.split_once('(').expect("arguments");
            let arguments = arguments.trim().strip_suffix(')').expect("an end of the arguments");
            let kind = |argument: String| if argument == "..." { argument } else { named(&argument).1 };
            let arguments = split(arguments).into_iter().map(kind).collect();
            let answer = answer.map(|answer| answer.trim().into());
            (Declaration::Function { name: name.trim().into(), arguments, answer }, rest)
        }
        other => panic!("unknown declaration: {other}"),
    }
}

/// The name and the type of `pub name: type`.
fn named(field: &str) -> (String, String) {
    let (name, kind) = field.split_once(':').unwrap_or_else(|| panic!("no type: {field}"));
    (name.trim().trim_start_matches("pub ").into(), kind.trim().into())
}

/// The parts of a list: commas within parentheses and angle brackets separate nothing.
pub(crate) fn split(list: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut depth = 0;
    let mut before = ' ';
    for character in list.chars() {
        match character {
            '(' | '<' | '[' => depth += 1,
            // Not the arrow before an answer.
            '>' if before == '-' => {}
            ')' | '>' | ']' => depth -= 1,
            _ => {}
        }
        before = character;
        match (character, depth, parts.last_mut()) {
            (',', 0, _) => parts.push(String::new()),
            (_, _, Some(part)) => part.push(character),
            _ => {}
        }
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}
