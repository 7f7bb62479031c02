// The table of the page's files. #embed (C23) resolves a quoted name relative to this file.
#include "CListeningPage.h"

#define FILE_OF(name, type, array) {name, type, array, sizeof array}

static const unsigned char html[] = {
#embed "page/index.html"
};

static const page_file files[] = {
    FILE_OF("", "text/html; charset=utf-8", html),
};

const size_t page_file_count = sizeof files / sizeof *files;

const page_file *page_file_at(size_t index) { return index < page_file_count ? &files[index] : NULL; }
