// CListeningPage: the files under page/, compiled in, so that a listening test needs nothing beside the binary. Read by
// Listening/Page/PageFiles.swift alone.
#pragma once
#include <stddef.h>

typedef struct page_file {
  const char *name;  // as the browser asks for it, "" for the page itself
  const char *type;  // MIME
  const unsigned char *bytes;
  size_t count;
} page_file;

extern const size_t page_file_count;
const page_file *page_file_at(size_t index);  // NULL past the end
