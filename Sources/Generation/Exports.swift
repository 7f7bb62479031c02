// What belongs to this module's interface and is declared below it, so that who imports Generation alone can name it.
@_exported public import enum Kernels.Precision
