#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sockpact::__fuzz::run("differential", bytes));
