// MPI as functions: its communicators, types and statuses are macros, which Swift does not see. Imported by Ranks alone, and
// only in builds with the trait `MPI`. Every function returns MPI's error code; synth_mpi_error has the words.
#pragma once
#include <mpi.h>

// A message on its way.
typedef struct {
  MPI_Request value;
} synth_mpi_request;

// Errors come back to the caller: MPI's own way is to end every process, with words about its insides.
static inline int synth_mpi_start(int *rank, int *count, int *threads) {
  int code = MPI_Init_thread(NULL, NULL, MPI_THREAD_SERIALIZED, threads);
  if (code == MPI_SUCCESS) code = MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  if (code == MPI_SUCCESS) code = MPI_Comm_rank(MPI_COMM_WORLD, rank);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(MPI_COMM_WORLD, count);
  return code;
}

static inline int synth_mpi_serialized(void) { return MPI_THREAD_SERIALIZED; }
static inline int synth_mpi_finish(void) { return MPI_Finalize(); }
static inline void synth_mpi_abort(int code) { MPI_Abort(MPI_COMM_WORLD, code); }

// `text` has room for MPI_MAX_ERROR_STRING bytes.
static inline int synth_mpi_text_size(void) { return MPI_MAX_ERROR_STRING; }
static inline int synth_mpi_error(int code, char *text) {
  int length = 0;
  return MPI_Error_string(code, text, &length);
}

static inline int synth_mpi_send(
    const void *bytes, int count, int to, int tag, synth_mpi_request *request) {
  return MPI_Isend(bytes, count, MPI_BYTE, to, tag, MPI_COMM_WORLD, &request->value);
}

static inline int synth_mpi_receive(
    void *bytes, int count, int from, int tag, synth_mpi_request *request) {
  return MPI_Irecv(bytes, count, MPI_BYTE, from, tag, MPI_COMM_WORLD, &request->value);
}

static inline int synth_mpi_broadcast(void *bytes, int count, int root, synth_mpi_request *request) {
  return MPI_Ibcast(bytes, count, MPI_BYTE, root, MPI_COMM_WORLD, &request->value);
}

// Every rank gets the `counts[r]` bytes of each rank r, at `offsets[r]`.
static inline int synth_mpi_gather(
    const void *bytes, int count, void *all, const int *counts, const int *offsets,
    synth_mpi_request *request) {
  return MPI_Iallgatherv(
      bytes, count, MPI_BYTE, all, counts, offsets, MPI_BYTE, MPI_COMM_WORLD, &request->value);
}

static inline int synth_mpi_barrier(synth_mpi_request *request) {
  return MPI_Ibarrier(MPI_COMM_WORLD, &request->value);
}

// Whether it is done, which also moves it on.
static inline int synth_mpi_test(synth_mpi_request *request, int *done) {
  return MPI_Test(&request->value, done, MPI_STATUS_IGNORE);
}
