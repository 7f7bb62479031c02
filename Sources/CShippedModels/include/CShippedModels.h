// CShippedModels: the bytes of the model folders under Models/, compiled in, so that the binary needs no files beside it.
// To ship another model, add its folder and its rows in models.c. Read by ShippedModels.swift alone.
#pragma once
#include <stddef.h>

typedef struct shipped_file {
  const unsigned char *bytes;
  size_t count;
} shipped_file;

typedef struct shipped_model {
  const char *name;  // of the folder
  shipped_file config, weights, defaults, card;
  shipped_file gestures;  // of no bytes: the model has none
} shipped_model;

extern const size_t shipped_model_count;
const shipped_model *shipped_model_at(size_t index);  // NULL past the end
