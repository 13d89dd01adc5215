"""Solves variants, on this machine or a cluster, and stores each as it ends."""
